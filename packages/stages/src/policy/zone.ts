import { z } from 'zod'
import { clockOf } from './local-time.ts'

function isZone(name: string): boolean {
  try {
    clockOf(name)
    return true
  } catch {
    return false
  }
}

export const zoneName = z.string().refine(isZone, 'needs a time zone, such as Australia/Sydney')

export const zone = zoneName.default('UTC').describe('Where the clock hangs that policies read.')

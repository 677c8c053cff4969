import { readFile } from 'node:fs/promises'
import type { Geo } from '@sallyport/core'
import { openGeo, UnfitPart } from '@sallyport/stages'
import { z } from 'zod'

/** Files in MaxMind's format (MMDB): at least one of them. They are read when the application is made. */
export interface GeoOptions {
  /** Tells the country of an address: `context.country` of policies. */
  readonly country?: string
  /** Tells whose network an address is in: `context.network` of policies. */
  readonly network?: string
}

const path = z.string().min(1).optional()

export const geoOption = z
  .strictObject({ country: path, network: path })
  .refine(({ country, network }) => country !== undefined || network !== undefined, 'needs country or network')

async function bytesOf(file: string | undefined, member: string): Promise<Uint8Array | undefined> {
  try {
    return file === undefined ? undefined : await readFile(file)
  } catch (error) {
    throw new UnfitPart(`${file} can't be read: ${error instanceof Error ? error.message : error}`, [member])
  }
}

/** What an application knows of addresses. Rejects with TypeError where a file can't be used. */
export async function geoOf(options: GeoOptions | undefined): Promise<Geo | undefined> {
  if (options === undefined) return undefined
  try {
    const country = await bytesOf(options.country, 'country')
    const network = await bytesOf(options.network, 'network')
    return await openGeo({ country, network })
  } catch (error) {
    if (!(error instanceof UnfitPart)) throw error
    throw new TypeError(`${['geo', ...error.at].join('.')}: ${error.message}`)
  }
}

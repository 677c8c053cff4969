import { z } from 'zod'
import { exceptions, familyName } from './exceptions.ts'
import { ownPatterns } from './own-patterns.ts'
import type { Level } from './rule.ts'

const mode = z.enum(['block', 'report'])
const level = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]) satisfies z.ZodType<Level>

const whole = z.strictObject({
  mode: mode
    .default('block')
    .describe('block refuses the call; report lets it go on and notes the finding in its record'),
  level: level.default(2).describe('1 finds what hardly anything else looks like, 4 what might be an attack'),
  families: z.array(familyName).min(1).optional().describe('What is looked for; everything if left out'),
  except: exceptions.default([]).describe('Places where something may stand that looks like an attack'),
  patterns: ownPatterns.default([]).describe('Patterns of your own'),
  otherBodies: z
    .enum(['refuse', 'pass'])
    .default('refuse')
    .describe('What becomes of bodies whose type cannot be read: refuse answers 415'),
})

export type Settings = z.output<typeof whole>

/** `block` and `report` alone stand for the rest as it is. */
export const settings = z.preprocess(written => (typeof written === 'string' ? { mode: written } : written), whole)

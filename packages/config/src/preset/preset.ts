import { z } from 'zod'

/** Where an API reads its credential, as `token mint` has it: one of header, query and basic (a user's name). */
const place = z.union([
  z.strictObject({ header: z.string().min(1), scheme: z.string().min(1).optional() }),
  z.strictObject({ query: z.string().min(1) }),
  z.strictObject({ basic: z.string() }),
])

/** What stands in a preset's file beside the section of the API itself. */
export const presetFacts = z.strictObject({
  title: z.string().min(1),
  credential: place,
  /** A permit to begin with. */
  example: z.string().min(1),
  /** A file beside it: the API's operations, `METHOD /path/{template}` a line. */
  operations: z
    .string()
    .regex(/^[a-z-]+\.operations\.txt$/)
    .optional(),
  /** How clients are given a token, by what people call them: lines to paste, with placeholders. */
  clients: z.record(z.string(), z.string()),
})

/** A method and a path template, and what messages ask for, where operations are told by that. */
export interface KnownOperation {
  readonly method: string
  readonly template: string
  readonly asks?: string | undefined
}

/** What is known of somebody's API. */
export interface Preset {
  readonly name: string
  readonly title: string
  readonly credential: z.output<typeof place>
  readonly example: string
  readonly clients: Readonly<Record<string, string>>
  /** All that there are; undefined where nobody has listed them. */
  readonly operations: readonly KnownOperation[] | undefined
}

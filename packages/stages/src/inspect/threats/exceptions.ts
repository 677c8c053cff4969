import { z } from 'zod'
import { families } from './families/index.ts'

const places =
  'path|query-name|query:.+|header:.+|cookie-name|cookie:.+|form-name|form:.+|file-name|file:.+|json-key|json:.*|xml|xml:@.+|text'

export const familyName = z.enum(families.map(({ name }) => name))

export const exceptions = z.array(
  z.strictObject({
    at: z
      .string()
      .regex(
        new RegExp(`^(?:${places})$`),
        'is no place: write query:NAME, header:NAME, cookie:NAME, form:NAME, file:NAME, json:/POINTER, xml:@NAME, path or text',
      )
      .describe(
        'The place: query:q, header:x-note, cookie:theme, form:comment, json:/items/*/text, xml:@title, path, text',
      ),
    families: z
      .array(familyName)
      .min(1)
      .optional()
      .describe('The families that are not looked for there; all if left out'),
  }),
)

export type Exceptions = z.output<typeof exceptions>

/** What may stand at a place. */
export type Excepted = (at: string, family: string) => boolean

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** `*` stands for one member of a pointer. */
const pattern = (at: string) => new RegExp(`^${escaped(at).replaceAll('\\*', '[^/]*')}$`)

export function exceptedBy(list: Exceptions): Excepted {
  const rules = list.map(({ at, families: names }) => ({ at: pattern(at), names }))
  return (at, family) =>
    rules.some(rule => (rule.names === undefined || rule.names.some(name => name === family)) && rule.at.test(at))
}

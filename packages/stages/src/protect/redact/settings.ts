import { z } from 'zod'
import { BadJsonPath } from '../../json-path.ts'
import { conditionText } from '../../policy/condition.ts'
import { zoneName } from '../../policy/zone.ts'
import { namespaces } from '../../xml/settings.ts'
import { elements } from '../../xml/xml-rule.ts'
import type { WrittenAction } from './actions.ts'
import { jsonSide } from './json-rules.ts'
import { readMatcher } from './matcher.ts'
import { readSame } from './relation.ts'
import { isXmlSide, mistakesIn } from './xml-mistakes.ts'

const isWritten = (member: unknown) => member !== undefined

const names = z.array(z.string().min(1)).min(1)
const scalar = z.union([z.string(), z.number(), z.boolean()])

/** A text that a reader takes; what it throws is the mistake. */
function wrongIn(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof BadJsonPath || error instanceof TypeError) return error.message
    throw error
  }
}

const jsonPath = z.string().superRefine((text, context) => {
  const message = wrongIn(() => readMatcher(text))
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

/** Whether a side's language is the one of its rule is looked at with the rule. */
const eitherSide = (text: string) => (isXmlSide(text) ? () => [] : jsonSide(text))

const same = z.tuple([z.string(), z.string()]).superRefine((sides, context) => {
  const message = wrongIn(() => readSame(sides, eitherSide))
  if (message === undefined) return
  context.addIssue({ code: 'custom', message: `${message}; such as ['@.doctor', caller.sub]` })
})

/** What is asked of callers. */
const asked = z
  .strictObject({
    roles: names.optional().describe('One of them is enough.'),
    scopes: names.optional().describe('All of them.'),
    groups: names.optional().describe('One of them is enough.'),
    issuers: names.optional().describe('One of them vouches for the caller.'),
    claims: z
      .record(z.string().min(1), z.union([scalar.transform(one => [one]), z.array(scalar).min(1)]))
      .optional()
      .describe('Paths into the claims, each with a value or several, one of which it has.'),
    same: same
      .optional()
      .describe(
        'Two places that name the same: @… of the record, $… of the answer (./… and /… of XML), caller.sub and its like.',
      ),
    cedar: conditionText.optional(),
    zone: zoneName.optional().describe('Where the clock hangs that the condition in Cedar reads.'),
  })
  .refine(({ zone: _, ...written }) => Object.values(written).some(isWritten), 'needs something that must hold')
  .refine(({ cedar, zone }) => cedar !== undefined || zone === undefined, {
    message: 'goes with cedar',
    path: ['zone'],
  })
  .transform(({ cedar, zone = 'UTC', ...others }) => ({
    ...others,
    cedar: cedar === undefined ? undefined : { cedar, zone },
  }))

/** All that is written must hold. */
const condition = z.union([conditionText.transform(cedar => asked.parse({ cedar })), asked])
export type WrittenCondition = z.output<typeof asked>

/** One is enough. */
const conditions = z.union([condition.transform(one => [one]), z.array(condition).min(1)])

const count = z.int().min(0)
const shown = z.strictObject({ first: count.default(0), last: count.default(0) })

const actions = {
  remove: z.literal(true).optional().describe('It goes with its name; the usual.'),
  replace: z.json().optional().describe('This stands in its place.'),
  hash: z.literal(true).optional().describe('A keyed hash (HMAC-SHA-256): equal values stay equal.'),
  mask: z
    .union([z.literal(true).transform(() => ({ first: 0, last: 0 })), shown])
    .optional()
    .describe('So many characters at its beginning and end stay.'),
  truncate: count.optional().describe('So many characters of its beginning stay.'),
}
type Actions = z.output<z.ZodObject<typeof actions>>

function actionsIn({ remove, replace, hash, mask, truncate }: Actions): WrittenAction[] {
  const written: WrittenAction[] = []
  if (remove !== undefined) written.push({ kind: 'remove' })
  if (replace !== undefined) written.push({ kind: 'replace', value: replace })
  if (hash !== undefined) written.push({ kind: 'hash' })
  if (mask !== undefined) written.push({ kind: 'mask', ...mask })
  if (truncate !== undefined) written.push({ kind: 'truncate', most: truncate })
  return written
}

const rule = z
  .strictObject({
    at: jsonPath.optional().describe('What is redacted in JSON: a JSONPath (RFC 9535).'),
    xpath: z.string().min(1).optional().describe('What is redacted in XML: an XPath (1.0), such as //patient/history.'),
    record: z
      .string()
      .min(1)
      .optional()
      .describe('What @ or . is: the nearest of these around the value; the nearest object or element unless told.'),
    when: conditions.optional().describe('For these callers only.'),
    unless: conditions.optional().describe('Not for these callers.'),
    ...actions,
  })
  .transform(({ at, xpath, record, when, unless, ...written }, context) => {
    const refused = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    const [action = { kind: 'remove' } as const, more] = actionsIn(written)
    if (more !== undefined) return refused('needs at most one of remove, replace, hash, mask, truncate')
    const place = at ?? xpath
    if (place === undefined || (at !== undefined && xpath !== undefined)) return refused('needs one of at and xpath')
    return {
      language: at === undefined ? ('xml' as const) : ('json' as const),
      at: place,
      record,
      when,
      unless,
      action,
    }
  })
export type WrittenRule = z.output<typeof rule>

/** A side of a JSON rule that is an XPath, and a record that is no JSONPath. */
function mistakeInJson({ record, when = [], unless = [] }: WrittenRule) {
  const wrong = record === undefined ? undefined : wrongIn(() => readMatcher(record))
  if (wrong !== undefined) return { at: 'record', message: wrong }
  for (const [at, conditions] of Object.entries({ when, unless })) {
    for (const { same } of conditions) {
      const message = same && wrongIn(() => readSame(same, jsonSide))
      if (message !== undefined) return { at, message }
    }
  }
  return undefined
}

/** What is wrong with rules, for which their language or the namespaces must be known. */
function checkedRules(
  rules: readonly WrittenRule[],
  declared: z.output<typeof namespaces>,
  context: z.RefinementCtx,
  at: readonly string[],
) {
  for (const [i, rule] of rules.entries()) {
    const mistake = rule.language === 'xml' ? mistakesIn(rule, declared) : mistakeInJson(rule)
    if (mistake !== undefined)
      context.addIssue({ code: 'custom', message: mistake.message, path: [...at, i, mistake.at] })
  }
}

const rules = z.array(rule).min(1)
const defaults = { others: 'refuse', namespaces: {}, elements: elements.parse(undefined) } as const

export const settings = z.union([
  rules
    .superRefine((list, context) => checkedRules(list, {}, context, []))
    .transform(list => ({ at: [] as readonly string[], rules: list, ...defaults })),
  z
    .strictObject({
      rules,
      namespaces: namespaces.default({}),
      elements,
      others: z
        .enum(['refuse', 'pass'])
        .default(defaults.others)
        .describe('What becomes of answers that are of no type that is read here.'),
    })
    .superRefine(({ rules, namespaces }, context) => checkedRules(rules, namespaces, context, ['rules']))
    .transform(written => ({ at: ['rules'] as readonly string[], ...written })),
])
export type Settings = z.output<typeof settings>

import { HeaderList, type HeaderPairs, jsonText, type View } from '@sallyport/core'
import { type KeySource, sealFor, sealForAll, type VerificationKey } from '@sallyport/tokens'
import { z } from 'zod'
import { type FindFields, fieldsAt, requireAtMost } from '../fields/json-fields.ts'
import { jsonPaths } from '../fields/settings.ts'
import { replaced } from '../header-edit.ts'
import { publicKeys } from '../keys/public-keys.ts'
import { conditionSettings } from '../policy/condition.ts'
import { hidingFor, type LoadedConditions, type PlacedCondition } from '../policy/conditions.ts'
import { encryptedHeaders, headerNames, headersText } from './header-form.ts'
import { hasBody, hasHeaders, joseType, level } from './levels.ts'
import { keysFor, type Recipients, recipient, recipients } from './recipients.ts'
import { type Sealed, sealedText } from './sealed-fields.ts'

const fieldRule = z.strictObject({
  at: jsonPaths,
  for: recipients,
  when: conditionSettings.optional().describe('For these callers only: a condition in Cedar.'),
  unless: conditionSettings.optional().describe('Not for these callers.'),
})

/** What is encrypted of messages that go one way. */
export const sealing = z
  .strictObject({
    keys: publicKeys,
    fields: z.array(fieldRule).default([]),
    message: level,
    /** The fields of the message that are encrypted. */
    headers: headerNames.optional(),
    /** For whom the message is encrypted. */
    for: recipient.optional(),
  })
  .refine(({ message, for: whom }) => (message === 'none') === (whom === undefined), 'message and for go together')
  .refine(
    ({ message, headers }) => hasHeaders(message) === (headers !== undefined),
    'headers go with message: headers or full',
  )
  .refine(({ message, fields }) => message !== 'none' || fields.length > 0, 'needs fields or message')
export type Sealing = z.output<typeof sealing>

/** The conditions of fields, which stand at a place in a rule's settings. */
export const conditionsIn = ({ fields }: Sealing, at: PlacedCondition['at']): readonly PlacedCondition[] =>
  fields.flatMap(({ when, unless }, i) =>
    Object.entries({ when, unless }).flatMap(([key, written]) =>
      written === undefined ? [] : [{ written, at: [...at, 'fields', i, key] }],
    ),
  )

/** A message as it is before and after: no body where it has none. */
export interface Part {
  readonly headers: HeaderPairs
  readonly body: Uint8Array | undefined
}

interface FieldRule {
  readonly find: FindFields
  readonly for: Recipients
  /** Whether it is for a call. */
  readonly holds: (view: View) => boolean
}

const cty = 'application/json'

async function sealedJson(keys: readonly VerificationKey[], written: string): Promise<string> {
  const plaintext = Buffer.from(written)
  const [only, more] = keys
  if (only !== undefined && more === undefined) return JSON.stringify(await sealFor(only, { plaintext, cty }))
  return JSON.stringify(await sealForAll(keys, { plaintext, cty }))
}

async function withFields(
  body: Uint8Array,
  rules: readonly FieldRule[],
  keysOf: (rule: FieldRule) => Promise<readonly VerificationKey[]>,
  most: number,
) {
  const text = jsonText(body)
  const values: Sealed[] = []
  for (const rule of rules) {
    const keys = await keysOf(rule)
    values.push(...rule.find(text).map(field => ({ field, seal: (written: string) => sealedJson(keys, written) })))
  }
  requireAtMost(values, most)
  return Buffer.from(await sealedText(text, values))
}

const contentNames: ReadonlySet<string> = new Set(['content-type', 'content-length'])

async function withBody({ headers, body }: Part, key: VerificationKey): Promise<Part> {
  if (body === undefined || body.length === 0) return { headers, body }
  const type = new HeaderList(headers).get('content-type') ?? 'application/octet-stream'
  const jwe = await sealFor(key, { plaintext: body, cty: type })
  return { headers: replaced(headers, contentNames, ['Content-Type', joseType]), body: Buffer.from(jwe) }
}

const own: ReadonlySet<string> = new Set([encryptedHeaders.toLowerCase()])

async function withHeaders({ headers, body }: Part, names: ReadonlySet<string>, key: VerificationKey): Promise<Part> {
  const jwe = await sealFor(key, { plaintext: Buffer.from(headersText(headers, names)), cty })
  return { headers: replaced(headers, new Set([...names, ...own]), [encryptedHeaders, jwe]), body }
}

/** What encrypts messages that go one way. */
export interface Sealer {
  /** Throws Problem `recipient-unknown`, `keys-unavailable` where there will be nobody to encrypt for. */
  requireKeys(view: View): Promise<void>
  /** Throws JsonError or TooManyFields where fields can't be found; and what `requireKeys` throws. */
  seal(part: Part, view: View): Promise<Part>
  /** Whether it depends on who asks which fields are encrypted. */
  readonly depends: boolean
}

/** `most` values of a body are encrypted, unless told as many as can be chosen. */
export function sealerOf(
  config: Sealing,
  keys: KeySource,
  conditions: LoadedConditions,
  most = Number.POSITIVE_INFINITY,
): Sealer {
  const { message, headers: names, for: whom } = config
  const all: readonly FieldRule[] = config.fields.map(field => ({
    ...{ find: fieldsAt(field.at), for: field.for, holds: hidingFor(field, conditions) },
  }))
  return {
    depends: config.fields.some(({ when, unless }) => when !== undefined || unless !== undefined),
    async requireKeys(view) {
      const rules = all.filter(({ holds }) => holds(view))
      for (const one of [...rules.map(rule => rule.for), ...(whom === undefined ? [] : [whom])])
        await keysFor(one, view.principal, keys)
    },
    async seal({ headers, body }, view) {
      const { principal } = view
      const rules = all.filter(({ holds }) => holds(view))
      const hasContent = body !== undefined && body.length > 0
      const fielded =
        rules.length > 0 && hasContent
          ? await withFields(body, rules, rule => keysFor(rule.for, principal, keys), most)
          : body
      const part = { headers, body: fielded }
      if (whom === undefined) return part
      const [key] = await keysFor(whom, principal, keys)
      if (key === undefined) throw new TypeError('a message without recipient')
      const sealed = hasBody(message) ? await withBody(part, key) : part
      return names === undefined ? sealed : withHeaders(sealed, names, key)
    },
  }
}

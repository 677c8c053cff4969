import {
  bodyOf,
  type Call,
  type Guard,
  HeaderList,
  JsonError,
  jsonText,
  type OpenedCall,
  Problem,
  readJson,
  readJsonBytes,
  type Site,
  type View,
} from '@sallyport/core'
import { BadToken, type OpeningKey, openingKeyOf, openSealed } from '@sallyport/tokens'
import { z } from 'zod'
import { codingsIn } from '../bodies/codings.ts'
import { isJsonType } from '../bodies/json-body.ts'
import { type Edit, edited } from '../edits.ts'
import { encryptedHeaders, headerNames, headersIn } from '../encryption/header-form.ts'
import { hasBody, hasHeaders, joseType, level } from '../encryption/levels.ts'
import { NotEncrypted } from '../encryption/not-encrypted.ts'
import { requestMost } from '../encryption/sealed-fields.ts'
import { type FindFields, fieldsAt, outermost, requireAtMost, TooManyFields } from '../fields/json-fields.ts'
import { jsonPaths } from '../fields/settings.ts'
import { replaced } from '../header-edit.ts'
import { secretText } from '../keys/secret-text.ts'
import { guardKind } from '../kind.ts'
import { trueOfBody } from '../protect/true-of-body.ts'

const settings = z
  .strictObject({
    /** Private keys in PEM, each called by its thumbprint unless it is given a name. */
    keys: z.array(z.strictObject({ key: secretText, keyid: z.string().min(1).optional() })).min(1),
    /** Values of a JSON body that must come encrypted. */
    fields: jsonPaths.optional(),
    message: level,
    /** The fields that may come encrypted. */
    headers: headerNames.optional(),
  })
  .refine(
    ({ message, headers }) => hasHeaders(message) === (headers !== undefined),
    'headers go with message: headers or full',
  )
  .refine(({ message, fields }) => message !== 'none' || fields !== undefined, 'needs fields or message')
type Settings = z.output<typeof settings>

const own = encryptedHeaders.toLowerCase()

/** A field both encrypted and not would leave it to the backend which of the two counts. */
async function withHeaders(
  call: OpenedCall,
  names: ReadonlySet<string>,
  keys: readonly OpeningKey[],
): Promise<OpenedCall> {
  const [jwe, more] = call.headers.all(own)
  if (jwe === undefined || more !== undefined) throw new NotEncrypted(`${encryptedHeaders} is not there once`)
  const { plaintext } = await openSealed(jwe, keys)
  const opened = headersIn(readJsonBytes(plaintext), names)
  const beside = [...names].find(name => call.headers.has(name))
  if (beside !== undefined) throw new NotEncrypted(`${beside} came in the clear`)
  return { ...call, headers: new HeaderList(replaced(call.headers.raw, new Set([own]), opened)) }
}

const typeOf = (headers: HeaderList) => (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()

/** RFC 7516 section 4.1.12: `cty` may leave `application/` out. */
function mediaType(cty: string | undefined): string {
  if (cty === undefined || !/^[!-~][ -~]{0,200}$/.test(cty))
    throw new NotEncrypted('the JWE does not say what it holds')
  return cty.includes('/') ? cty : `application/${cty}`
}

const ofTheContent: ReadonlySet<string> = new Set([...trueOfBody, 'content-encoding'])

function withContent(call: OpenedCall, bytes: Uint8Array, type?: string): OpenedCall {
  const without = type === undefined ? ofTheContent : new Set([...ofTheContent, 'content-type'])
  const headers = replaced(call.headers.raw, without, type === undefined ? [] : ['Content-Type', type])
  return { headers: new HeaderList(headers), body: bodyOf(bytes, call.body) }
}

async function withBody(call: OpenedCall, keys: readonly OpeningKey[], view: View, site: Site): Promise<OpenedCall> {
  const sent = (await site.sent?.(view)) ?? new Uint8Array(0)
  if (sent.length === 0) return call
  if (typeOf(call.headers) !== joseType) throw new NotEncrypted(`the body is no ${joseType}`)
  if (codingsIn(call.headers.all('content-encoding')).length > 0) throw new NotEncrypted('the JWE has a coding')
  const { plaintext, cty } = await openSealed(Buffer.from(sent).toString('latin1'), keys)
  return withContent(call, plaintext, mediaType(cty))
}

/** The JSON that a JSON text's value holds encrypted. */
async function openedValue(written: string, keys: readonly OpeningKey[]): Promise<string> {
  const value = readJson(written)
  if (typeof value !== 'string') throw new NotEncrypted('a value that has to be encrypted is not')
  const { plaintext } = await openSealed(value, keys)
  const text = jsonText(plaintext)
  readJson(text)
  return text
}

async function withFields(
  call: OpenedCall,
  find: FindFields,
  keys: readonly OpeningKey[],
  view: View,
  site: Site,
): Promise<OpenedCall> {
  const bytes = call.body === view.call.body ? (await site.content?.(view))?.bytes : call.body.bytes
  if (bytes === undefined || bytes.length === 0) return call
  const type = call.headers.get('content-type') ?? ''
  if (!isJsonType(type))
    throw new Problem(
      'media-unsupported',
      { detail: 'this operation takes JSON bodies only' },
      `content type ${type.slice(0, 100)}`,
    )
  const text = jsonText(bytes)
  const fields = outermost(find(text))
  requireAtMost(fields, requestMost)
  const edits: Edit[] = []
  // One after the other: other calls go on between them.
  for (const { at, to, written } of fields) edits.push({ from: at, to, text: await openedValue(written, keys) })
  return withContent(call, Buffer.from(edited(text, edits)))
}

function openerOf({ message, headers, fields }: Settings, keys: readonly OpeningKey[]) {
  const find = fields === undefined ? undefined : fieldsAt(fields)
  return async (view: View, site: Site): Promise<OpenedCall> => {
    const call: Pick<Call, 'headers' | 'body'> = view.call
    const told = headers === undefined ? call : await withHeaders(call, headers, keys)
    const open = hasBody(message) ? await withBody(told, keys, view, site) : told
    return find === undefined ? open : withFields(open, find, keys, view, site)
  }
}

/** One refusal for whatever doesn't open: how it failed would help whoever tries. */
function refusalOf(error: unknown): unknown {
  const expected = [BadToken, NotEncrypted, JsonError, TooManyFields].some(kind => error instanceof kind)
  if (!expected || !(error instanceof Error)) return error
  const detail = 'Encrypt with a key of /.well-known/jwks.json, as the operation asks.'
  return new Problem('decryption-failed', { detail }, error.message)
}

/** Chosen values of a body, the body or fields come as JWE (RFC 7516) and go on as what they hold. */
export const decrypt = guardKind({
  kind: 'decrypt',
  settings,
  label: ({ fields, message }) =>
    [...(fields === undefined ? [] : [`at ${fields.join(', ')}`]), ...(message === 'none' ? [] : [message])].join(
      ' and ',
    ),
  create(config): Guard {
    const keys = config.keys.map(({ key, keyid }) => openingKeyOf(key, keyid))
    if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new TypeError('two keys have one name')
    const opened = openerOf(config, keys)
    return {
      needs: ['sent', 'content'],
      publishes: keys.map(({ jwk }) => jwk),
      open: (view, site) =>
        opened(view, site).catch(error => {
          throw refusalOf(error)
        }),
    }
  },
})

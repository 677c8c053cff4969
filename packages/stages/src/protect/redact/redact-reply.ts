import {
  HeaderList,
  type HeaderPairs,
  isUtf8,
  jsonText,
  mediaType,
  type Reply,
  type Site,
  type View,
} from '@sallyport/core'
import { bytesOf } from '../../bodies/bytes-of.ts'
import { CodingError, codingsIn, decoderFor } from '../../bodies/codings.ts'
import { answerType, isJson } from '../../bodies/json-body.ts'
import { isBodiless } from '../../bodies/whole-answer.ts'
import { isXml } from '../../xml/xml-rule.ts'
import { eventStream } from './event-stream.ts'
import { fieldsOfKnown, fieldsOfRedacted } from './fields.ts'
import { asInvalid, editedBody, ItemEditor, type ItemForm, invalid } from './item-body.ts'
import { jsonLines } from './json-lines.ts'
import { isKnown, ownTag, type TagOf } from './own-tag.ts'
import { redactJson } from './redact-json.ts'
import { redactXml, type XmlReading } from './redact-xml.ts'
import type { CallerRules } from './rules.ts'
import type { Settings } from './settings.ts'

type Edit = (json: string) => string
type EditBytes = (body: Uint8Array) => Uint8Array

/** Types whose answers are edited item by item. */
const itemForms: ReadonlyMap<string, (edit: Edit) => ItemForm> = new Map([
  ['text/event-stream', eventStream],
  ...[
    'application/x-ndjson',
    'application/ndjson',
    'application/jsonl',
    'application/x-jsonl',
    'application/jsonlines',
  ].map(type => [type, jsonLines] as const),
])

function isEmpty(reply: Reply): boolean {
  if (reply.kind === 'answer') return reply.body.length === 0
  return new HeaderList(reply.headers).get('content-length') === '0' || reply.body.whole()?.length === 0
}

async function redactWhole(reply: Reply, edit: EditBytes, view: View, site: Site): Promise<Reply> {
  if (site.answer === undefined) throw new TypeError('there are no answers here')
  const { reply: whole } = await site.answer(reply, view)
  const { body } = whole
  if (body.length === 0) return whole
  try {
    return { ...whole, body: edit(bytesOf(body)) }
  } catch (error) {
    throw asInvalid(error)
  }
}

function editWhole(bytes: Uint8Array, form: ItemForm): Uint8Array {
  const editor = new ItemEditor(form)
  return Buffer.concat([editor.write(bytes), editor.end()])
}

function redactItems(reply: Reply, form: ItemForm): Reply {
  if (reply.kind === 'answer') return { ...reply, body: editWhole(Buffer.from(reply.body), form) }
  const { status, headers, body } = reply
  const whole = body.whole()
  if (whole === undefined) return { ...reply, body: editedBody(body, form) }
  return { kind: 'answer', status, headers, body: editWhole(whole, form) }
}

/** The one media type of an answer, where it is text in UTF-8. */
function typeOf(headers: HeaderPairs): string {
  const written = answerType(headers)
  return isUtf8(written) ? mediaType(written) : ''
}

function requireKnownCoding(headers: HeaderPairs): readonly string[] {
  const names = codingsIn(new HeaderList(headers).all('content-encoding'))
  try {
    decoderFor(names)
    return names
  } catch (error) {
    throw error instanceof CodingError ? invalid(error.message) : error
  }
}

/** What the caller has already is sent to nobody. */
function known(reply: Reply, headers: HeaderPairs): Reply {
  if (reply.kind === 'stream') reply.body.cancel(new Error('the caller has the answer already'))
  return { kind: 'answer', status: 304, headers: fieldsOfKnown(headers), body: '' }
}

/** For whom answers are redacted, and how. */
export interface Redaction {
  readonly caller: CallerRules
  readonly reads: Reads
  readonly others: Settings['others']
  readonly tagOf: TagOf
}

/** Which answers rules are about, whoever asks: JSON, or XML and how it is read. */
export interface Reads {
  readonly json: boolean
  readonly xml: XmlReading | undefined
}

/** What becomes of the body of an answer of a type that is read: as it comes, or once it is whole. */
type Reader = { readonly items: ItemForm } | { readonly whole: EditBytes }

/** Undefined where no rule is about such answers. */
function readerOf(type: string, { caller, reads }: Redaction): Reader | undefined {
  const { rules, view } = caller
  if (isXml(type)) {
    const { xml } = reads
    const own = rules.filter(rule => rule.language === 'xml')
    return xml && { whole: body => redactXml(body, own, view, xml) }
  }
  if (!reads.json) return undefined
  const own = rules.filter(rule => rule.language === 'json')
  const edit: Edit = json => redactJson(json, own, view)
  if (isJson(type)) return { whole: body => Buffer.from(edit(jsonText(body))) }
  const form = itemForms.get(type)
  return form && { items: form(edit) }
}

/**
 * Whether somebody could take an answer for one of a type that is read here: in whatever charset, beside whatever else, and without a body
 * also where none is named.
 */
function mayBeRead(headers: HeaderPairs, bodiless: boolean, redaction: Redaction): boolean {
  const types = new HeaderList(headers).all('content-type').flatMap(written => written.split(','))
  if (bodiless && types.length === 0) return true
  return types.some(written => readerOf(mediaType(written), redaction) !== undefined)
}

/**
 * An upstream's answer as the caller may see it. Throws Problem `answer-invalid` where it can't be read, `upstream-broken` where it
 * can't be had.
 */
export function redactReply(reply: Reply, redaction: Redaction, view: View, site: Site): Reply | Promise<Reply> {
  const { others, tagOf } = redaction
  const type = typeOf(reply.headers)
  const reader = readerOf(type, redaction)
  const bodiless = isBodiless(view.call.method, reply.status) || isEmpty(reply)
  if (others === 'pass' && !mayBeRead(reply.headers, bodiless, redaction)) return reply
  if (reader === undefined && !bodiless)
    throw invalid(`the answer is ${type === '' ? 'of no one type in UTF-8' : type}, which no rule reads`)
  if (reply.status === 206) throw invalid('the answer is a part of one (206), which no rule can read')
  const tag = ownTag(reply.headers, tagOf)
  const headers = fieldsOfRedacted(reply.headers, tag)
  if (isKnown(view, reply.status, tag)) return known(reply, headers)
  const redacted = { ...reply, headers }
  if (bodiless || reader === undefined) return redacted
  const codings = requireKnownCoding(headers)
  if ('whole' in reader) return redactWhole(redacted, reader.whole, view, site)
  if (codings.length > 0) throw invalid(`the answer is a stream in the coding ${codings.join()}, which no rule reads`)
  return redactItems(redacted, reader.items)
}

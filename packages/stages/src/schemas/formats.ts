import { isIPv4, isIPv6 } from 'node:net'
import { BadPattern, linearTest } from '@sallyport/core'
import type { AddedFormat } from 'ajv/dist/types/index.js'

const dateForm = /^(\d{4})-(\d{2})-(\d{2})$/
const timeForm = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:z|[+-](\d{2}):(\d{2}))$/i

function isDate(text: string): boolean {
  const [, year, month, day] = (dateForm.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  return month >= 1 && month <= 12 && day >= 1 && day <= days
}

/** A leap second counts, wherever it is. */
function isTime(text: string): boolean {
  const [, hour = 99, minute = 99, second = 99, offHour = 0, offMinute = 0] = Array.from(
    timeForm.exec(text) ?? [],
    (part = '0') => Number(part),
  )
  return hour < 24 && minute < 60 && second <= 60 && offHour < 24 && offMinute < 60
}

function isDateTime(text: string): boolean {
  return text.length <= 64 && /^t$/i.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}

const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i
const isHostname = (text: string) => text.length <= 253 && text.split('.').every(part => label.test(part))

const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/

/** A mailbox that somebody can be reached at: its domain has a dot (RFC 5321 section 4.1.2, without quoted local parts). */
function isEmail(text: string): boolean {
  if (text.length > 254) return false
  const at = text.lastIndexOf('@')
  const domain = text.slice(at + 1)
  return at > 0 && at <= 64 && localPart.test(text.slice(0, at)) && domain.includes('.') && isHostname(domain)
}

// Alternatives that are repeated are remembered letter by letter, for which long texts leave no room: so what may stand in a text, and
// what must not, are looked for apart.
const uriCharacters = /^[\w.~:/?#[\]@!$&'()*+,;=%-]*$/
const isUriReference = (text: string) => uriCharacters.test(text) && !/%(?![\da-f]{2})/i.test(text)
const isUri = (text: string) => /^[a-z][a-z\d+.-]*:/i.test(text) && isUriReference(text)

const isJsonPointer = (text: string) => (text === '' || text.startsWith('/')) && !/~(?![01])/.test(text)

function isRelativeJsonPointer(text: string): boolean {
  const [up] = /^(?:0|[1-9]\d*)/.exec(text) ?? []
  if (up === undefined) return false
  const rest = text.slice(up.length)
  return rest === '#' || isJsonPointer(rest)
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[a-z\d+/]*={0,2}$/i.test(text)

function isRegex(text: string): boolean {
  try {
    linearTest(text.slice(0, 1000))
    return text.length <= 1000
  } catch (error) {
    if (error instanceof BadPattern) return false
    throw error
  }
}

const fits = (form: RegExp) => (text: string) => form.test(text)
const within = (least: number, most: number) => (value: number) =>
  Number.isInteger(value) && value >= least && value <= most
const any = () => true

/** Formats of texts: JSON Schema 2020-12 section 7.3, and OpenAPI's own. Each takes time linear in the text. */
const ofText: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
  duration: fits(/^P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/),
  email: isEmail,
  hostname: isHostname,
  ipv4: isIPv4,
  ipv6: text => isIPv6(text) && !text.includes('%'),
  uri: isUri,
  'uri-reference': isUriReference,
  uuid: fits(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i),
  'json-pointer': isJsonPointer,
  'relative-json-pointer': isRelativeJsonPointer,
  regex: isRegex,
  byte: isBase64,
  binary: any,
  password: any,
}

const ofNumbers: Readonly<Record<string, (value: number) => boolean>> = {
  int32: within(-(2 ** 31), 2 ** 31 - 1),
  int64: within(-(2 ** 63), 2 ** 63),
  float: any,
  double: any,
}

/** What `format` may name in a schema. */
export const formats: ReadonlyMap<string, AddedFormat> = new Map<string, AddedFormat>([
  ...Object.entries(ofText),
  ...Object.entries(ofNumbers).map(([name, validate]) => [name, { type: 'number', validate }] as const),
])

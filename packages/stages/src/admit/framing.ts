import { type Arrival, HeaderList, Problem, remembered } from '@sallyport/core'

/** Fields that must not stand twice: two of them would let two readers see two requests. */
const singular = new Set([
  'authorization',
  'content-length',
  'content-type',
  'expect',
  'host',
  'proxy-authorization',
  'transfer-encoding',
])

/** Names that a careless reader takes for a framing field: `Transfer_Encoding`, `Content--Length`. */
const disguised = /^[^a-z]*(?:transfer[^a-z]+encoding|content[^a-z]+length)[^a-z]*$/
const framing = new Set(['transfer-encoding', 'content-length'])

/** Fields that only some requests have, and that say how the rest is to be read. */
const special = new Set(['transfer-encoding', 'expect', 'upgrade'])

/** What there is to look at in a field of this name. */
const looksOf = remembered(name => ({
  singular: singular.has(name),
  disguised: !framing.has(name) && disguised.test(name),
  special: special.has(name),
}))

/** The listener bounds a head in bytes; this is how many fields it may have. */
const maxFields = 256

const refused = new Map([
  ['CONNECT', 'tunnels are not served'],
  ['TRACE', 'a TRACE would echo credentials'],
  ['TRACK', 'a TRACK would echo credentials'],
])

const malformed = (detail: string) => new Problem('request-malformed', { detail }, detail)

/**
 * Reads the header section and refuses what two servers could frame differently (RFC 9112 sections 6 and 11.2).
 * The parser lets these by; control characters and folded lines it refuses itself. Throws Problem.
 */
export function readFraming(arrival: Arrival): HeaderList {
  const headers = new HeaderList(arrival.rawHeaders)
  const { names } = headers
  if (names.length > maxFields) {
    throw new Problem('headers-too-large', { detail: `at most ${maxFields} fields` }, `${names.length} header fields`)
  }
  let isSpecial = false
  for (let i = 0; i < names.length; i++) {
    const name = names[i] ?? ''
    const looks = looksOf(name)
    if (looks.singular && names.indexOf(name, i + 1) >= 0) throw malformed(`the field ${name} stands twice`)
    if (looks.disguised) throw malformed('a field is named like a framing field')
    isSpecial ||= looks.special
  }
  if (arrival.httpVersion !== '1.1' && arrival.httpVersion !== '1.0')
    throw malformed('the HTTP version must be 1.0 or 1.1')
  const reason = refused.get(arrival.method)
  if (reason !== undefined) throw new Problem('method-unsupported', {}, reason)
  if (isSpecial) requireSimple(arrival, headers)
  return headers
}

/** The fields that only some requests have. */
function requireSimple(arrival: Arrival, headers: HeaderList): void {
  const coding = headers.get('transfer-encoding')
  if (coding !== undefined) {
    if (headers.has('content-length')) throw malformed('Content-Length and Transfer-Encoding exclude each other')
    if (coding.toLowerCase() !== 'chunked') throw malformed('the only transfer coding that is read is chunked')
    if (arrival.httpVersion === '1.0') throw malformed('HTTP/1.0 has no transfer codings')
  }
  const expect = headers.get('expect')
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    throw new Problem('expectation-failed', {}, `unknown expectation ${JSON.stringify(expect)}`)
  }
  if (headers.has('upgrade')) throw new Problem('upgrade-unsupported', {}, `upgrade to ${headers.get('upgrade')}`)
}

import { STATUS_CODES } from 'node:http'
import { type HeaderPairs, remembered } from '@sallyport/core'
import { requireSendable } from '../messages/sendable.ts'

/** How a caller knows where an answer ends (RFC 9112 section 6.3). `none` has no body. */
export type Framing = 'length' | 'chunks' | 'close' | 'none'

/** What the head of an answer depends on, beside the answer itself. */
export interface Asked {
  readonly method: string
  /** Such as 1.1. */
  readonly version: string
  /** Whether the connection carries no call after this one. */
  readonly isLast: boolean
}

interface Given {
  readonly status: number
  readonly headers: HeaderPairs
}

interface Frame {
  readonly framing: Framing
  readonly line: string
  /** What Content-Length tells. */
  readonly length: number | undefined
}

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i

/** Fields that the listener writes itself, by what it knows of the connection and the body. */
const own: ReadonlySet<string> = new Set(['connection', 'transfer-encoding', 'content-length'])

const lookOf = remembered(written => {
  if (!token.test(written)) throw new TypeError(`${JSON.stringify(written)} is no name of a field`)
  const name = written.toLowerCase()
  return { isOwn: own.has(name), isLength: name === 'content-length', isDate: name === 'date' }
})

const firstLines = new Map<number, string>()

function firstLine(status: number): string {
  const known = firstLines.get(status)
  if (known !== undefined) return known
  if (!Number.isInteger(status) || status < 200 || status > 999) throw new RangeError(`${status} is no status`)
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`
  firstLines.set(status, line)
  return line
}

let second = 0
let date = ''

/** RFC 9110 section 6.6.1; made once a second. */
function dateLine(): string {
  const now = Math.floor(Date.now() / 1000)
  if (now !== second) {
    second = now
    date = `Date: ${new Date(now * 1000).toUTCString()}\r\n`
  }
  return date
}

const withLength = (framing: Framing, length: number): Frame => ({
  framing,
  line: `Content-Length: ${length}\r\n`,
  length,
})

const bodiless: Frame = { framing: 'none', line: '', length: undefined }
const inChunks: Frame = { framing: 'chunks', line: 'Transfer-Encoding: chunked\r\n', length: undefined }
const byClosing: Frame = { framing: 'close', line: '', length: undefined }

function numberIn(told: string | undefined): number | undefined {
  if (told !== undefined && !/^\d{1,15}$/.test(told)) throw new TypeError('Content-Length is no number')
  return told === undefined ? undefined : Number(told)
}

/**
 * `length` is what is known of the body, `told` what the answer says. What an answer to HEAD has instead of a body is unknown
 * where the upstream did not say; 304 is alike, and a 204 has no Content-Length (RFC 9110 section 8.6).
 */
function frameOf(status: number, length: number | undefined, told: number | undefined, asked: Asked): Frame {
  if (status === 204) return bodiless
  if (asked.method === 'HEAD' || status === 304) {
    const known = told ?? (length || undefined)
    return known === undefined ? bodiless : withLength('none', known)
  }
  const known = length ?? told
  if (known !== undefined) return withLength('length', known)
  return asked.version === '1.0' ? byClosing : inChunks
}

/** RFC 9112 section 9.3: a connection persists unless it is said otherwise, of HTTP/1.0 the other way round. */
function connectionLine(isLast: boolean, version: string): string {
  if (isLast) return 'Connection: close\r\n'
  return version === '1.0' ? 'Connection: keep-alive\r\n' : ''
}

/**
 * The header section of an answer whose body has `length` bytes; undefined where that is not known. Each byte is one latin1
 * character. Throws TypeError or RangeError where it cannot be sent.
 */
export function answerHead({ status, headers }: Given, length: number | undefined, asked: Asked) {
  let section = firstLine(status)
  let lines = 1
  let told: string | undefined
  let isDated = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const { isOwn, isLength, isDate } = lookOf(name)
    if (isLength) told = headers[i + 1]
    if (isOwn) continue
    isDated ||= isDate
    section += `${name}: ${headers[i + 1]}\r\n`
    lines++
  }
  requireSendable(section, lines)
  const { framing, line, length: sent } = frameOf(status, length, numberIn(told), asked)
  const connection = connectionLine(asked.isLast || framing === 'close', asked.version)
  return { section: `${section}${isDated ? '' : dateLine()}${line}${connection}\r\n`, framing, length: sent }
}

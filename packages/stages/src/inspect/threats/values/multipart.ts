import { isUtf8 } from 'node:buffer'
import { Problem } from '@sallyport/core'
import { textAt, type Value } from './value.ts'

const malformed = (detail: string) => new Problem('body-malformed', { detail }, detail)
const headerEnd = '\r\n\r\n'
const parameter = /;\s{0,20}(name|filename)(\*?)=(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))/gi

/** The boundary of a multipart body (RFC 2046 section 5.1.1). */
function boundaryOf(type: string): string {
  const [, quoted, bare] = /;[ \t]*boundary=(?:"([^"]{1,70})"|([^;"\s]{1,70}))/i.exec(type) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined) throw malformed('The multipart body has no boundary.')
  return boundary
}

const control = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/

/**
 * Whether a file is a text to whoever opens it, whatever it calls itself. Pictures and archives have every mark there is, and
 * no interpreter reads them; some control character gives them away.
 */
const isText = (bytes: Buffer, latin1: string): boolean => isUtf8(bytes) && !control.test(latin1)

function* valuesOfPart(part: string): Generator<Value> {
  const end = part.indexOf(headerEnd)
  if (end < 0) throw malformed('A part of the body has no header.')
  const [header, content] = [part.slice(0, end), part.slice(end + headerEnd.length)]
  let [name, file] = ['', false]
  for (const [, which = '', , quoted, bare] of header.matchAll(parameter)) {
    const text = Buffer.from((quoted ?? bare ?? '').replace(/\\(.)/g, '$1'), 'latin1').toString()
    if (which.toLowerCase() === 'name') {
      name = text
      yield { at: 'form-name', text, place: 'parameter' }
    } else {
      file = true
      yield { at: 'file-name', text, place: 'name' }
    }
  }
  const bytes = Buffer.from(content, 'latin1')
  if (!file) yield textAt(`form:${name}`, bytes.toString())
  else if (isText(bytes, content)) yield textAt(`file:${name}`, bytes.toString())
}

/** The fields of a form in parts (RFC 7578), the names of its files, and those files that are texts. Throws Problem `body-malformed`. */
export function* valuesOfMultipart(bytes: Uint8Array, type: string): Generator<Value> {
  const text = `\r\n${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`
  const delimiter = `\r\n--${boundaryOf(type)}`
  let at = text.indexOf(delimiter)
  if (at < 0) throw malformed('The multipart body does not hold its boundary.')
  for (;;) {
    const from = at + delimiter.length
    if (text.startsWith('--', from)) return
    const next = text.indexOf(delimiter, from)
    if (next < 0) throw malformed('The multipart body has no end.')
    const line = text.indexOf('\r\n', from)
    yield* valuesOfPart(text.slice(line + 2, next))
    at = next
  }
}

import { HeaderList } from '@sallyport/core'
import { pathAndQuery, type SavedMessage } from '@sallyport/stages'
import { Failure, Misuse } from '../frame/failure.ts'

type Request = Extract<SavedMessage, { kind: 'request' }>['request']

const answerLine = /^HTTP\/[\d.]+ (\d{3})(?: .*)?$/
const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/[!-~]*) HTTP\/[\d.]+$/
const fieldLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/

/** Where a head ends and its body begins; undefined where there is no empty line. */
function headEnd(bytes: Buffer): { readonly head: string; readonly next: number } | undefined {
  const [crlf, lf] = [bytes.indexOf('\r\n\r\n'), bytes.indexOf('\n\n')]
  if (crlf < 0 && lf < 0) return undefined
  const isCrlf = crlf >= 0 && (lf < 0 || crlf < lf)
  const end = isCrlf ? crlf : lf
  return { head: bytes.toString('latin1', 0, end), next: end + (isCrlf ? 4 : 2) }
}

/** Fields that are folded, or no fields, are nothing that a signature can be checked over. */
function fieldsIn(lines: readonly string[]): HeaderList {
  return new HeaderList(
    lines.flatMap(line => {
      const [, name, value] = fieldLine.exec(line) ?? []
      if (name === undefined || value === undefined)
        throw new Failure(`the message has a line that is no field: ${JSON.stringify(line.slice(0, 60))}`)
      return [name, value]
    }),
  )
}

/** The request that an answer answers, as it was called: `GET https://api.example.com/shop/items?page=2`. */
export function readRequest(text: string): Request {
  const [, method, scheme, host, target] =
    /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s+(https?):\/\/([^/?#\s]+)(\/[!-~]*)?$/.exec(text) ?? []
  if (method === undefined || host === undefined)
    throw new Misuse(`${JSON.stringify(text)} is no request such as 'GET https://api.example.com/shop/items'`)
  return {
    method,
    scheme: scheme === 'http' ? 'http' : 'https',
    host: host.toLowerCase(),
    ...pathAndQuery(target ?? '/'),
  }
}

/**
 * A message as `curl -i` saves it: a line, fields, an empty line, the body as it was sent. What has none of that is a body alone. Interim
 * answers before the last one are passed over. Throws Failure where a head can't be read.
 */
export function readMessage(bytes: Buffer, request: Request | undefined): SavedMessage {
  const found = headEnd(bytes)
  const [first = '', ...lines] = found?.head.split(/\r?\n/) ?? []
  const [, status] = answerLine.exec(first) ?? []
  const [, method, target] = requestLine.exec(first) ?? []
  if (found === undefined || (status === undefined && method === undefined))
    return { kind: 'body', headers: new HeaderList([]), body: bytes }
  const rest = bytes.subarray(found.next)
  if (status?.startsWith('1')) return readMessage(rest, request)
  const headers = fieldsIn(lines)
  if (status !== undefined) return { kind: 'answer', status: Number(status), headers, body: rest, request }
  const own = {
    method: method ?? '',
    scheme: 'https' as const,
    host: headers.get('host')?.toLowerCase() ?? '',
    ...pathAndQuery(target ?? ''),
  }
  return { kind: 'request', request: request ?? own, headers, body: rest }
}

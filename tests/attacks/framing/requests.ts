/** Makes whole requests of what the sets give: heads without Host, without their last line end, without their body. */

const host = 'Host: gateway.example'

/** Every request of the bytes names a host, so that the lack of one is not what is refused. */
export function withHost(bytes: string): string {
  return bytes.replace(/^([A-Z]+ [^\r\n]*HTTP\/1\.[01])(\r?\n)/gm, (_, line, end) => `${line}${end}${host}${end}`)
}

/** The head with its last empty line, where the set left that out. */
function withEnd(head: string): string {
  if (/\r?\n\r?\n/.test(head)) return head
  return /\r\n$/.test(head) ? `${head}\r\n` : `${head}\r\n\r\n`
}

const longest = 1_000_000

/** The body that a head announces: so many bytes, or no chunk but the last. */
function bodyFor(head: string): string {
  const length = Number(/content[^a-z]length[^\d]*(\d+)/i.exec(head)?.[1] ?? Number.NaN)
  if (length <= longest) return 'x'.repeat(length)
  return /transfer[^a-z]*encoding/i.test(head) ? '0\r\n\r\n' : ''
}

/** A whole request of a head alone. */
export const fromHead = (head: string) => withEnd(head) + bodyFor(head)

/** A whole request of bytes that may hold a body already, cut off at the end as the set prints them. */
export function fromBytes(bytes: string): string {
  const whole = withEnd(bytes)
  const body = whole.slice(whole.search(/\r?\n\r?\n/)).replace(/^\r?\n\r?\n/, '')
  if (body === '') return fromHead(bytes)
  return /\r\n0$/.test(whole) ? `${whole}\r\n\r\n` : /\r\n0\r\n$/.test(whole) ? `${whole}\r\n` : whole
}

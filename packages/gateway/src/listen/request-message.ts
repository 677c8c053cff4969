import { IncomingMessage } from 'node:http'

/** The fields that Node's server itself asks a request for, by the lengths of their names. */
const asked: ReadonlySet<string> = new Set(['te', 'expect', 'content-length', 'transfer-encoding'])
const lengths: ReadonlySet<number> = new Set([...asked].map(name => name.length))

const none: Readonly<Record<string, string>> = Object.freeze({})

function fieldsOf({ rawHeaders }: IncomingMessage): Readonly<Record<string, string>> {
  let fields: Record<string, string> | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const written = rawHeaders[i] ?? ''
    if (!lengths.has(written.length)) continue
    const name = written.toLowerCase()
    if (!asked.has(name)) continue
    fields ??= {}
    fields[name] ??= rawHeaders[i + 1] ?? ''
  }
  return fields ?? none
}

/**
 * A request whose `headers` hold what Node's server looks at, and nothing else: an object of all fields would be made for each
 * request, and hides repeated ones. All of ours reads `rawHeaders`.
 */
export class RequestMessage extends IncomingMessage {}

Object.defineProperty(RequestMessage.prototype, 'headers', {
  get(this: IncomingMessage) {
    return fieldsOf(this)
  },
})

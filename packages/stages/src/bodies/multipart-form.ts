import { type Content, Problem } from '@sallyport/core'

const malformed = (reason: string) =>
  new Problem('body-malformed', { detail: 'The form cannot be read.' }, `no multipart form: ${reason}`)

const boundaryParameter = /;\s*boundary\s*=\s*(?:"([^"\\]{1,70})"|([^;"\s]{1,70}))/i
const boundaryName = /;\s*boundary\b/gi

/** The one boundary (RFC 2046 section 5.1.1). Of two, or of one in pieces (RFC 2231), readers take one or another. */
function boundaryOf(type: string): string {
  const [, quoted, bare] = boundaryParameter.exec(type) ?? []
  const boundary = quoted ?? bare
  if (boundary === undefined || type.match(boundaryName)?.length !== 1) throw malformed('it has no one boundary')
  return boundary
}

/** What is said of each part. */
function* headsIn(text: string, delimiter: string): Generator<string> {
  for (let at = 0; at >= 0; ) {
    const from = at + delimiter.length
    const end = text.indexOf('\r\n\r\n', from)
    if (end < 0) return
    yield text.slice(from, end)
    at = text.indexOf(`\r\n${delimiter}`, end)
  }
}

const coding = /^content-transfer-encoding:(?![ \t]*(?:7bit|8bit|binary)[ \t]*$)/im
const dispositions = /^content-disposition:/gim
const partNames = /;[ \t]*name\b/gi

/** RFC 7578 section 4.7 has no codings any more: some readers undo them. One part has one name. */
function requirePlain(head: string): void {
  if (coding.test(head)) throw malformed('a part has a coding')
  if (head.match(dispositions)?.length !== 1 || head.match(partNames)?.length !== 1)
    throw malformed('a part has no one name')
}

/**
 * A form in parts (RFC 7578). Throws Problem `body-malformed` where it is none, and where another reader could take it for another one.
 */
export async function readMultipartForm({ type, bytes }: Content): Promise<FormData> {
  const delimiter = `--${boundaryOf(type)}`
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  if (!text.startsWith(delimiter)) throw malformed('something stands before its parts')
  for (const head of headsIn(text, delimiter)) requirePlain(head)
  try {
    return await new Response(Buffer.from(bytes), { headers: { 'Content-Type': type } }).formData()
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : String(error))
  }
}

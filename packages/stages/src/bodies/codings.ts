import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib'

type Undo = (bytes: Uint8Array, options: ZlibOptions, done: (error: Error | null, result: Buffer) => void) => void

/** The codings that can be undone (RFC 9110 section 8.4.1). */
const codings: ReadonlyMap<string, Undo> = new Map([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', brotliDecompress],
])

/** The codings that a Content-Encoding names, in the order in which they were applied. */
export const codingsIn = (values: readonly string[]): string[] =>
  values
    .join(',')
    .split(',')
    .map(coding => coding.trim().toLowerCase())
    .filter(coding => coding !== '' && coding !== 'identity')

/** More than so many times its coded length is no body that anyone means to send. */
const ratioMax = 200

/** A short text may well shrink by more. */
const alwaysAllowed = 64 * 1024

/** Why a coded body can't be read. */
export class CodingError extends Error {
  override readonly name = 'CodingError'
  readonly why: 'unknown' | 'broken' | 'too-large'

  constructor(why: CodingError['why'], message: string) {
    super(message)
    this.why = why
  }
}

const isTooLarge = (error: Error) => 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

/** Takes a body's coding off: at most `limit` bytes come out. Rejects with CodingError `broken` or `too-large`. */
export type Decoder = (bytes: Uint8Array, limit: number) => Uint8Array | Promise<Uint8Array>

const asItIs: Decoder = bytes => bytes

/** What undoes codings. Throws CodingError `unknown`, also where there are several. */
export function decoderFor(names: readonly string[]): Decoder {
  const [name, more] = names
  if (name === undefined) return asItIs
  const undo = codings.get(name)
  if (undo === undefined || more !== undefined)
    throw new CodingError('unknown', `the coding ${names.join(', ').slice(0, 100)} can't be undone`)
  return (bytes, limit) => {
    const maxOutputLength = Math.max(1, Math.min(limit, Math.max(alwaysAllowed, bytes.length * ratioMax)))
    return new Promise((resolve, reject) => {
      undo(bytes, { maxOutputLength }, (error, result) => {
        if (error === null) resolve(result)
        else if (isTooLarge(error))
          reject(new CodingError('too-large', `without its coding it has more than ${maxOutputLength} bytes`))
        else reject(new CodingError('broken', `it can't be read as ${name}: ${error.message}`))
      })
    })
  }
}

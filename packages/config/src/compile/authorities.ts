import { holdsCertificates } from '@sallyport/tokens'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'

/** Reads who vouches for the other side of a TLS connection, in PEM. Undefined where nobody is named; what holds no certificate is a mistake. */
export async function readAuthorities(
  file: string | undefined,
  path: Path,
  work: Compilation,
): Promise<string | undefined> {
  const text = file === undefined ? undefined : (await work.read(path, file))?.text
  if (text !== undefined && !holdsCertificates(text)) work.mistake(path, 'needs certificates in PEM, one at least')
  return text
}

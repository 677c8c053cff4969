import { digest, http } from './http.ts'
import { jws } from './jws.ts'
import {
  isBad,
  type Judge,
  type Judging,
  reasonOf,
  type SavedMessage,
  type SignatureKind,
  type Verdict,
} from './verdict.ts'
import { xml } from './xml.ts'

const judges: Readonly<Record<SignatureKind, Judge>> = { http, digest, jws, xml }
const kinds = ['http', 'digest', 'jws', 'xml'] as const satisfies readonly SignatureKind[]

async function verdictOf(kind: SignatureKind, message: SavedMessage, judging: Judging): Promise<Verdict[]> {
  try {
    const told = await judges[kind](message, judging)
    return told === undefined ? [] : [{ kind, good: true, ...told }]
  } catch (error) {
    if (!isBad(error)) throw error
    return [{ kind, good: false, reason: reasonOf(error) }]
  }
}

/** Every signature that a saved message bears, each with a verdict. */
export async function verifySaved(message: SavedMessage, judging: Judging): Promise<readonly Verdict[]> {
  return (await Promise.all(kinds.map(kind => verdictOf(kind, message, judging)))).flat()
}

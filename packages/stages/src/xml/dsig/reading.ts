import { type LibXml, libxml } from '../libxml.ts'
import type { Namespaces } from '../xpath.ts'
import { type Choose, chooser, type Landmarks, landmarksOf } from './chosen.ts'

/** With what signatures in documents are found and made. */
export interface Reading {
  readonly lib: LibXml
  readonly landmarks: Landmarks
  readonly choose: Choose
}

/** The XPaths, which were checked, lead to what is signed. */
export async function readingOf(xpaths: readonly string[], namespaces: Namespaces): Promise<Reading> {
  const lib = await libxml()
  return { lib, landmarks: landmarksOf(lib), choose: chooser(lib, xpaths, namespaces) }
}

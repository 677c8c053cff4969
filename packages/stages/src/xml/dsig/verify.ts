import { isSignature, type KeySource } from '@sallyport/tokens'
import { BadSignature } from '../../signatures/dictionary.ts'
import type { LibXml } from '../libxml.ts'
import { openXml, type ReadXml } from '../read-xml.ts'
import { canonicalDocument, canonicalElement, digestOf } from './canonical.ts'
import { type Choose, elementsById, type Landmarks, requireSignable } from './chosen.ts'
import { type ReadXmlSignature, readXmlSignature, type XmlReference } from './read-signature.ts'

export interface XmlVerifying {
  readonly lib: LibXml
  readonly landmarks: Landmarks
  /** What must be signed, all of it, and nothing else; where it isn't told, whatever the signature says. */
  readonly choose: Choose | undefined
  readonly elements: number
  readonly keys: KeySource
  /** Algorithms as JWS calls them. */
  readonly accepted: readonly string[]
}

/** A signature that is good. */
export interface VerifiedXml {
  /** As JWS calls it. */
  readonly alg: string
  /** What it calls its key. */
  readonly keyName: string | undefined
  /** The elements that it signs, by the names that lead to them: `/order/total`. */
  readonly signed: readonly string[]
}

function pathOf({ placed: { nodes } }: ReadXml, element: number): string {
  const names: string[] = []
  for (let at: number | undefined = element; at !== undefined; at = nodes[at]?.parent)
    names.unshift(nodes[at]?.name ?? '')
  return `/${names.join('/')}`
}

/** With several it would be chance which is checked, and which is believed. */
function onlySignature(read: ReadXml, { signatures }: Landmarks): number {
  const [only, more] = read.find(signatures)
  if (only === undefined) throw new BadSignature('there is no signature')
  if (more !== undefined) throw new BadSignature('there are several signatures')
  return only.node
}

const rootOf = ({ placed }: ReadXml) => placed.nodes.findIndex(({ kind }) => kind === 'element')

/** The element that each reference leads to, by its number: the only one with that id, and none twice. */
function targetsOf(read: ReadXml, references: readonly XmlReference[], landmarks: Landmarks): readonly number[] {
  const byId = elementsById(read, landmarks)
  const targets = references.map(({ id }) => {
    if (id === undefined) return rootOf(read)
    const [element, more] = byId.get(id) ?? []
    if (element === undefined) throw new BadSignature('a reference leads nowhere')
    if (more !== undefined) throw new BadSignature('several elements have the id of a reference')
    return element
  })
  if (new Set(targets).size < targets.length) throw new BadSignature('two references lead to one element')
  return targets
}

/** What counts is what the expressions find: the signature must be of these elements and no others. */
function requireSame(targets: readonly number[], chosen: readonly number[]): void {
  const signed = new Set(targets)
  if (chosen.some(number => !signed.has(number))) throw new BadSignature('something that has to be signed is not')
  if (signed.size > chosen.length) throw new BadSignature('it signs something else than what has to be signed')
}

async function requireSigned({ alg, value, keyName }: ReadXmlSignature, signed: string, verifying: XmlVerifying) {
  const { accepted, keys } = verifying
  if (!accepted.includes(alg)) throw new BadSignature(`the algorithm ${alg} is not accepted`)
  const bytes = Buffer.from(signed)
  const candidates = await keys.find(keyName, alg)
  if (candidates.length === 0) throw new BadSignature('no key of that name is known for that algorithm')
  if (!candidates.some(key => isSignature(value, bytes, alg, key))) throw new BadSignature('the signature is wrong')
}

/** The signature is taken out of what it stands in, and stands around nothing that it signs. */
function requireApart({ placed }: ReadXml, signature: number, target: number, isEnveloped: boolean): void {
  if (target === signature || placed.isWithin(target, signature)) throw new BadSignature('it signs a part of itself')
  if (placed.isWithin(signature, target) && !isEnveloped)
    throw new BadSignature('a reference would cover the signature itself')
}

function requireDigest(read: ReadXml, { id, digest, value }: XmlReference, target: number, lib: LibXml): void {
  const text = id === undefined ? canonicalDocument(lib, read.document) : canonicalElement(lib, read.elementAt(target))
  if (digestOf(text, digest) !== value) throw new BadSignature('something that is signed was changed')
}

/** An open document, which has lost its signature then. */
async function verified(read: ReadXml, verifying: XmlVerifying): Promise<VerifiedXml> {
  const { lib, landmarks, choose } = verifying
  const signature = onlySignature(read, landmarks)
  const said = readXmlSignature(read, signature)
  const targets = targetsOf(read, said.references, landmarks)
  if (choose === undefined) requireSignable(read, targets)
  else requireSame(targets, choose(read))
  for (const [i, { isEnveloped }] of said.references.entries())
    requireApart(read, signature, targets[i] ?? signature, isEnveloped)
  await requireSigned(said, canonicalElement(lib, read.elementAt(said.signedInfo)), verifying)
  read.elementAt(signature).remove()
  for (const [i, reference] of said.references.entries()) requireDigest(read, reference, targets[i] ?? signature, lib)
  return { alg: said.alg, keyName: said.keyName, signed: targets.map(target => pathOf(read, target)) }
}

/**
 * Checks that a document bears one signature by one of the keys, of exactly the elements that were chosen, as they stand in it. Rejects with
 * XmlError where it can't be read, BadSignature where that is not so, and BadToken `unavailable` where the keys were never obtained.
 */
export async function verifyXml(bytes: Uint8Array, verifying: XmlVerifying): Promise<VerifiedXml> {
  const read = openXml(verifying.lib, bytes, verifying.elements)
  try {
    return await verified(read, verifying)
  } finally {
    read.document.dispose()
  }
}

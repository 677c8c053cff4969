import { type SignWith, signatureOf } from '@sallyport/tokens'
import { type Edit, edited } from '../../edits.ts'
import { BadSignature } from '../../signatures/dictionary.ts'
import { escapedXml } from '../escaped.ts'
import type { LibXml } from '../libxml.ts'
import { type ReadXml, withXml } from '../read-xml.ts'
import { digests, dsig, enveloped, exclusive, uriOf, usualDigest } from './algorithms.ts'
import { canonicalDocument, canonicalElement, digestOf } from './canonical.ts'
import { type Choose, elementsById, idForm, type Landmarks } from './chosen.ts'

export interface XmlSigning {
  readonly lib: LibXml
  readonly landmarks: Landmarks
  readonly choose: Choose
  readonly elements: number
  readonly key: SignWith
  /** 128 random bits in hex. */
  readonly newId: () => string
}

/** An id by which a reference can name an element, by the element's number: no other element has it. */
function idsOf(read: ReadXml, landmarks: Landmarks): ReadonlyMap<number, string> {
  const ids = new Map<number, string>()
  for (const [id, elements] of elementsById(read, landmarks)) {
    const [element, more] = elements
    if (element !== undefined && more === undefined && idForm.test(id)) ids.set(element, id)
  }
  return ids
}

const isRootAlone = ({ placed }: ReadXml, chosen: readonly number[]) =>
  chosen.length === 1 && placed.nodes[chosen[0] ?? -1]?.parent === undefined

/** A text in which every chosen element has an id. */
interface Prepared {
  readonly text: string
  readonly chosen: readonly number[]
}

/** Where the root alone is chosen it needs no id. */
function withIds(read: ReadXml, { choose, landmarks, newId }: XmlSigning): Prepared {
  const { placed } = read
  const chosen = choose(read)
  if (isRootAlone(read, chosen)) return { text: placed.text, chosen }
  const ids = idsOf(read, landmarks)
  const edits = chosen.flatMap((number): Edit[] => {
    const element = placed.nodes[number]
    if (element === undefined || ids.has(number)) return []
    if (placed.attributesOf(element).has('Id')) throw new BadSignature('no reference can name an element by its Id')
    const at = element.from + 1 + element.name.length
    return [{ from: at, to: at, text: ` Id="_${newId()}"` }]
  })
  return { text: edited(placed.text, edits), chosen }
}

const transform = (algorithm: string) => `<Transform Algorithm="${algorithm}"></Transform>`

function reference(uri: string, canonical: string, transforms: readonly string[]): string {
  const digest = digestOf(canonical, digests.get(usualDigest) ?? '')
  return `<Reference URI="${uri}"><Transforms>${transforms.map(transform).join('')}</Transforms><DigestMethod Algorithm="${usualDigest}"></DigestMethod><DigestValue>${digest}</DigestValue></Reference>`
}

function referencesOf(read: ReadXml, chosen: readonly number[], { lib, landmarks }: XmlSigning): string {
  if (isRootAlone(read, chosen)) return reference('', canonicalDocument(lib, read.document), [enveloped, exclusive])
  const ids = idsOf(read, landmarks)
  return chosen
    .map(number => {
      const isRoot = read.placed.nodes[number]?.parent === undefined
      const transforms = isRoot ? [enveloped, exclusive] : [exclusive]
      return reference(`#${ids.get(number)}`, canonicalElement(lib, read.elementAt(number)), transforms)
    })
    .join('')
}

/** In its canonical form, so that it is signed as it stands. */
const signedInfoOf = (references: string, algorithm: string) =>
  `<SignedInfo xmlns="${dsig}"><CanonicalizationMethod Algorithm="${exclusive}"></CanonicalizationMethod><SignatureMethod Algorithm="${algorithm}"></SignatureMethod>${references}</SignedInfo>`

/** Where the last child of the root goes. */
function atEnd({ placed }: ReadXml, text: string): Edit {
  const root = placed.nodes.find(({ kind }) => kind === 'element')
  if (root === undefined) throw new BadSignature('there is no root')
  if (root.openEnd < root.to) return { from: root.closeFrom, to: root.closeFrom, text }
  return { from: root.to - 2, to: root.to, text: `>${text}</${root.name}>` }
}

function sealed(read: ReadXml, chosen: readonly number[], signing: XmlSigning): Uint8Array {
  const { key } = signing
  const algorithm = uriOf(key.alg)
  if (algorithm === undefined) throw new TypeError(`XML Signatures have no algorithm for ${key.alg}`)
  const signedInfo = signedInfoOf(referencesOf(read, chosen, signing), algorithm)
  const value = signatureOf(Buffer.from(signedInfo), key).toString('base64')
  const name = key.kid === undefined ? '' : `<KeyInfo><KeyName>${escapedXml(key.kid)}</KeyName></KeyInfo>`
  const signature = `<Signature xmlns="${dsig}">${signedInfo}<SignatureValue>${value}</SignatureValue>${name}</Signature>`
  return Buffer.from(edited(read.placed.text, [atEnd(read, signature)]))
}

/**
 * A document with a signature of the chosen elements as the last child of its root (XML Signature 1.1): by exclusive canonicalization and
 * SHA-256, each element referred to by its id. Everything else keeps its bytes, but for the ids that were missing. Throws XmlError where it
 * can't be read, BadSignature where it can't be signed.
 */
export function signedXml(bytes: Uint8Array, signing: XmlSigning): Uint8Array {
  const { lib, elements, landmarks, choose } = signing
  return withXml(lib, bytes, elements, read => {
    if (read.find(landmarks.signatures).length > 0) throw new BadSignature('it has a signature already')
    const { text, chosen } = withIds(read, signing)
    if (text === read.placed.text) return sealed(read, chosen, signing)
    return withXml(lib, Buffer.from(text), elements, again => {
      if (String(choose(again)) !== String(chosen))
        throw new BadSignature('an XPath finds something else where there are ids')
      return sealed(again, chosen, signing)
    })
  })
}

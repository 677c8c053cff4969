import { BadSignature } from '../../signatures/dictionary.ts'
import type { ReadXml } from '../read-xml.ts'
import { digests, dsig, enveloped, exclusive, jwsOf } from './algorithms.ts'

/** What a signature says of one thing that is signed, not yet checked. */
export interface XmlReference {
  /** Of the element; undefined where the whole document is signed. */
  readonly id: string | undefined
  /** Whether the signature itself is taken out of what is signed. */
  readonly isEnveloped: boolean
  /** As node:crypto calls it. */
  readonly digest: string
  /** In base64. */
  readonly value: string
}

export interface ReadXmlSignature {
  /** The number of the element SignedInfo. */
  readonly signedInfo: number
  /** The algorithm as JWS calls it. */
  readonly alg: string
  readonly references: readonly XmlReference[]
  readonly value: Buffer
  /** What it calls its key: it only chooses among keys that are trusted anyway. */
  readonly keyName: string | undefined
}

const allowedReferences = 1000

/** The elements in one of a signature's. Whatever else stands there, comments first of all, is refused. */
function partsOf({ placed }: ReadXml, number: number): readonly number[] {
  return placed.childrenOf(number).filter(child => {
    const { kind, from, to } = placed.nodes[child] ?? { kind: 'comment', from: 0, to: 0 }
    if (kind === 'element') return true
    if (kind === 'text' && placed.text.slice(from, to).trim() === '') return false
    throw new BadSignature('something stands in the signature that does not belong there')
  })
}

/** The text of an element that holds nothing else. */
function textIn(read: ReadXml, number: number): string {
  const { nodes } = read.placed
  if (read.placed.childrenOf(number).some(child => nodes[child]?.kind !== 'text'))
    throw new BadSignature('something stands in a value that does not belong there')
  return read.elementAt(number).content
}

function isNamed(read: ReadXml, number: number, wanted: string | undefined): boolean {
  const { name, namespaceUri } = read.elementAt(number)
  return name === wanted && namespaceUri === dsig
}

/** Requires that elements are those of XML Signatures with these names, in this order. */
function requireNames(read: ReadXml, numbers: readonly number[], names: readonly string[]): void {
  if (numbers.length !== names.length || !numbers.every((number, i) => isNamed(read, number, names[i])))
    throw new BadSignature(`the signature needs ${[...new Set(names)].join(', ')} in its place`)
}

/** The one attribute of an element. */
function onlyAttribute(read: ReadXml, number: number, wanted: string): string {
  const [only, more] = read.elementAt(number).attrs
  if (only === undefined || more !== undefined || only.name !== wanted || only.prefix !== '')
    throw new BadSignature(`an element of the signature needs the attribute ${wanted} alone`)
  return only.value
}

/** The algorithm that an element without content names. */
function algorithmAt(read: ReadXml, number: number): string {
  if (partsOf(read, number).length > 0) throw new BadSignature('an algorithm has parameters')
  return onlyAttribute(read, number, 'Algorithm')
}

function base64(text: string): string {
  const plain = text.replace(/[ \t\r\n]/g, '')
  if (plain === '' || Buffer.from(plain, 'base64').toString('base64') !== plain)
    throw new BadSignature('a value is not base64')
  return plain
}

/** `#id`, or nothing for the whole document; other places could lead anywhere. */
function idIn(uri: string): string | undefined {
  if (uri === '') return undefined
  if (!/^#[^\s()'"#]+$/.test(uri))
    throw new BadSignature('a reference leads to something else than an element of the document')
  return uri.slice(1)
}

function referenceAt(read: ReadXml, number: number): XmlReference {
  const parts = partsOf(read, number)
  requireNames(read, parts, ['Transforms', 'DigestMethod', 'DigestValue'])
  const [transforms = 0, method = 0, value = 0] = parts
  const steps = partsOf(read, transforms)
  requireNames(
    read,
    steps,
    steps.map(() => 'Transform'),
  )
  const algorithms = steps.map(step => algorithmAt(read, step))
  const isEnveloped = algorithms[0] === enveloped
  const canonical = isEnveloped ? algorithms.slice(1) : algorithms
  if (canonical.length !== 1 || canonical[0] !== exclusive || read.elementAt(transforms).attrs.length > 0)
    throw new BadSignature('a reference is transformed otherwise than by exclusive canonicalization')
  const digest = digests.get(algorithmAt(read, method))
  if (digest === undefined) throw new BadSignature('a digest is by an algorithm that is not accepted')
  const id = idIn(onlyAttribute(read, number, 'URI'))
  return { id, isEnveloped, digest, value: base64(textIn(read, value)) }
}

function keyNameIn(read: ReadXml, keyInfo: number | undefined): string | undefined {
  if (keyInfo === undefined) return undefined
  const inside = read.placed.childrenOf(keyInfo).filter(i => read.placed.nodes[i]?.kind === 'element')
  const [only, more] = inside.filter(i => isNamed(read, i, 'KeyName'))
  return only === undefined || more !== undefined ? undefined : textIn(read, only)
}

/**
 * Reads a Signature (XML Signature 1.1, section 4) of a narrow profile: SignedInfo, SignatureValue and perhaps KeyInfo; exclusive
 * canonicalization; references into the document. Throws BadSignature for any other.
 */
export function readXmlSignature(read: ReadXml, signature: number): ReadXmlSignature {
  const parts = partsOf(read, signature)
  const [signedInfo = 0, value = 0, keyInfo] = parts
  requireNames(read, parts, ['SignedInfo', 'SignatureValue', ...(keyInfo === undefined ? [] : ['KeyInfo'])])
  const [method = 0, algorithm = 0, ...references] = partsOf(read, signedInfo)
  requireNames(
    read,
    [method, algorithm, ...references],
    ['CanonicalizationMethod', 'SignatureMethod', ...references.map(() => 'Reference')],
  )
  if (algorithmAt(read, method) !== exclusive) throw new BadSignature('it is canonicalized otherwise than exclusively')
  const alg = jwsOf(algorithmAt(read, algorithm))
  if (alg === undefined) throw new BadSignature('it is by an algorithm that is not accepted')
  if (references.length === 0) throw new BadSignature('it signs nothing')
  if (references.length > allowedReferences) throw new BadSignature('it signs too much')
  return {
    ...{ signedInfo, alg, references: references.map(number => referenceAt(read, number)) },
    value: Buffer.from(base64(textIn(read, value)), 'base64'),
    keyName: keyNameIn(read, keyInfo),
  }
}

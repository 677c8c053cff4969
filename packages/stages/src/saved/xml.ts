import { dsig, xmlAlgorithms } from '../xml/dsig/algorithms.ts'
import { readingOf } from '../xml/dsig/reading.ts'
import { verifyXml } from '../xml/dsig/verify.ts'
import { isXmlType } from '../xml/xml-rule.ts'
import type { Judge, SavedMessage } from './verdict.ts'

/** Whether a body may bear an XML Signature: the rest is told once it is read. */
function mayBeSigned({ kind, headers, body }: SavedMessage): boolean {
  const isXml = kind === 'body' || isXmlType(headers.get('content-type') ?? '')
  return isXml && Buffer.from(body).includes(dsig)
}

/** More than any document has that somebody saves. */
const elements = 1_000_000

/** An XML Signature of elements of the body. */
export const xml: Judge = async (message, { keys, xpath, namespaces }) => {
  if (!mayBeSigned(message)) return undefined
  const reading = await readingOf(xpath ?? [], namespaces)
  const choose = xpath === undefined ? undefined : reading.choose
  const verifying = { ...reading, choose, elements, keys, accepted: xmlAlgorithms }
  const { alg, keyName, signed } = await verifyXml(message.body, verifying)
  return { key: keyName, alg, covers: signed }
}

import type { XmlDocument, XmlValidateError } from 'libxml2-wasm'
import type { Faults } from '../schemas/faults.ts'
import { type LibXml, libxml } from './libxml.ts'
import { readDocument, withDocument } from './parse.ts'
import { isQuick } from './pattern-weight.ts'
import { XmlError } from './prolog.ts'

/** What is wrong with a document; undefined where nothing is. Throws XmlError where it is none. */
export type XmlJudge = (bytes: Uint8Array) => Faults | undefined

const faultsMax = 20
const lettersMax = 200
const cut = (text: string) => text.slice(0, lettersMax)

/** What libxml2 says, without the values that it repeats. */
const sayings: readonly (readonly [said: RegExp, told: string])[] = [
  [/: This element is not expected/, 'is not expected here'],
  [/: Missing child element\(s\)/, 'lacks a child'],
  [/^Element '[^']*', attribute '[^']*'/, 'has an attribute that is not valid'],
  [/: The attribute '[^']*' is required but missing/, 'lacks an attribute'],
  [/: No matching global declaration available/, 'is not known here'],
  [/ is not a valid value of /, 'has a value of another type'],
  [/\[facet '/, 'has a value that is not allowed'],
  [/: Character content/, 'may not hold text'],
]
const expected = / Expected is (?:one of )?\(([^)]{1,150})\)/

function told(message: string): string {
  const [, names] = expected.exec(message) ?? []
  const saying = sayings.find(([said]) => said.test(message))?.[1] ?? 'is not valid'
  return names === undefined ? saying : `${saying}; expected: ${names.trim()}`
}

function faultsOf({ details }: XmlValidateError): Faults {
  const faults = new Map<string, string[]>()
  for (const { xpath, line, message } of details.slice(0, faultsMax)) {
    const place = cut(xpath ?? `line ${line}`)
    const messages = faults.get(place) ?? []
    if (!messages.includes(told(message))) faults.set(place, [...messages, told(message)])
  }
  return Object.fromEntries(faults)
}

const namespace = { xs: 'http://www.w3.org/2001/XMLSchema' }
const others = '//xs:import | //xs:include | //xs:redefine | //xs:override'

/** More than any schema has. */
const schemaElements = 100_000

/** Judges documents of at most so many elements by being well-formed, without document type. */
export async function wellFormed(elements: number): Promise<XmlJudge> {
  const lib = await libxml()
  return bytes => withDocument(lib, bytes, elements, () => undefined)
}

/**
 * Judges documents of at most so many elements by an XML Schema. Rejects with TypeError where the text is none, refers to others, or has
 * patterns that can take long.
 */
export async function xmlSchema(text: string, elements: number): Promise<XmlJudge> {
  const lib = await libxml()
  const schema = compiled(lib, text)
  return bytes =>
    withDocument(lib, bytes, elements, document => {
      try {
        schema.validator.validate(document)
        return undefined
      } catch (error) {
        if (error instanceof lib.XmlValidateError) return faultsOf(error)
        if (error instanceof lib.XmlError) return { '/': ['is not valid'] }
        throw error
      }
    })
}

/** A schema with its document, to which it refers as long as it is used. */
function compiled(lib: LibXml, text: string) {
  try {
    const document = readDocument(lib, Buffer.from(text), schemaElements)
    requireQuick(document)
    return { document, validator: lib.XsdValidator.fromDoc(document) }
  } catch (error) {
    if (error instanceof XmlError) throw new TypeError(`it ${error.message}`)
    if (error instanceof lib.XmlError) throw new TypeError(error.message.split('\n')[0])
    throw error
  }
}

function requireQuick(document: XmlDocument): void {
  if (document.find(others, namespace).length > 0) throw new TypeError('a schema that refers to others is not read')
  const patterns = document.find('//xs:pattern/@value', namespace).map(({ content }) => content)
  const slow = patterns.find(pattern => !isQuick(pattern))
  if (slow !== undefined)
    throw new TypeError(`the pattern ${slow} may take too long: bound its repetitions, as in {1,20}`)
}

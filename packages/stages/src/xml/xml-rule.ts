import type { Guard } from '@sallyport/core'
import { z } from 'zod'
import type { Bound } from '../kind.ts'
import { wellFormed, type XmlJudge, xmlSchema } from './xml-schema.ts'

export const schemaFile = z.string().min(1).describe('An XML Schema (XSD 1.0).')

/** Enough for people, and judged in about a quarter of a second at the most. */
export const elements = z.int().min(1).max(1_000_000).default(20_000).describe('How many elements a document may have.')

export interface XmlSettings {
  readonly schema?: string | undefined
  readonly elements: number
}

/** A rule about XML; `at` is where its settings name the schema. */
export interface XmlRule {
  readonly settings: XmlSettings
  readonly config: unknown
  readonly at: readonly string[]
  make(judge: XmlJudge, rule: string): Guard
}

export const xmlRule = ({ settings, config, at, make }: XmlRule): Bound<Guard> => ({
  kind: 'xml',
  label: settings.schema ?? 'well-formed',
  config,
  create() {
    throw new TypeError('the schema was not read')
  },
  unread: {
    files: settings.schema === undefined ? [] : [{ at, file: settings.schema, as: 'text' }],
    async bind([read]) {
      const judge = await (read === undefined
        ? wellFormed(settings.elements)
        : xmlSchema(String(read.content), settings.elements))
      return (_, { name }) => make(judge, name)
    },
  },
})

/** Whether a media type, in lower case, is one of XML (RFC 7303). */
export const isXml = (type: string): boolean => /^(?:application|text)\/xml$|\+xml$/.test(type)

/** Whether a content type is XML in UTF-8, as far as it tells. */
export function isXmlType(written: string): boolean {
  const [type = '', ...parameters] = written.toLowerCase().split(';')
  return (
    isXml(type.trim()) && parameters.every(one => !one.includes('charset') || /^\s*charset="?utf-?8"?\s*$/.test(one))
  )
}

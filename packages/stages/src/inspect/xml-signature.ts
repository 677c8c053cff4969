import { type Guard, Problem, type View } from '@sallyport/core'
import type { KeySource } from '@sallyport/tokens'
import { z } from 'zod'
import { keysOf, owner } from '../keys/owner.ts'
import { keyedKind, publicKeys } from '../keys/public-keys.ts'
import { orUnavailable } from '../keys/unavailable.ts'
import { BadSignature } from '../signatures/dictionary.ts'
import { xmlAlgorithms } from '../xml/dsig/algorithms.ts'
import { readingOf } from '../xml/dsig/reading.ts'
import { verifyXml } from '../xml/dsig/verify.ts'
import { XmlError } from '../xml/prolog.ts'
import { mistakeInElements, namespaces, xpaths } from '../xml/settings.ts'
import { elements, isXmlType } from '../xml/xml-rule.ts'

const settings = z
  .strictObject({
    keys: publicKeys,
    xpath: xpaths,
    namespaces: namespaces.default({}),
    algorithms: z
      .array(z.enum(xmlAlgorithms))
      .min(1)
      .default([...xmlAlgorithms]),
    of: owner,
    elements,
  })
  .superRefine(({ xpath, namespaces }, context) => {
    const message = mistakeInElements(xpath, namespaces)
    if (message !== undefined) context.addIssue({ code: 'custom', message, path: ['xpath'] })
  })
type Settings = z.output<typeof settings>

function verifierOf({ xpath, namespaces, algorithms, of, elements }: Settings, keys: KeySource) {
  const reading = readingOf(xpath, namespaces)
  return async (bytes: Uint8Array, view: View): Promise<void> => {
    const accepted = { keys: keysOf(of, view.principal, keys), accepted: algorithms }
    await verifyXml(bytes, { ...(await reading), elements, ...accepted })
  }
}

function refusalOf(error: unknown, xpath: readonly string[]): unknown {
  if (error instanceof XmlError)
    return new Problem('body-malformed', { detail: `The XML ${error.message}.` }, `the XML ${error.message}`)
  if (!(error instanceof BadSignature)) return orUnavailable(error)
  const detail = `The body needs one XML Signature over exactly ${xpath.join(' and ')}.`
  return new Problem('signature-bad', { detail }, `the XML signature: ${error.message}`)
}

/** The request's XML body bears one XML Signature by a known key, of exactly the elements that are chosen. */
export const xmlSignature = keyedKind({
  kind: 'xmlSignature',
  settings,
  label: ({ xpath, of }) => `signed ${xpath.join(', ')}${of === undefined ? '' : ` by the caller's ${of}`}`,
  wanted: ({ keys }) => [{ at: ['keys'], keys, use: 'sig' }],
  create(config, _, __, [keys]): Guard {
    if (keys === undefined) throw new TypeError('there are no keys')
    const verify = verifierOf(config, keys)
    return {
      needs: ['content'],
      async check(view, site) {
        const content = await site.content?.(view)
        if (content !== undefined && !isXmlType(content.type)) {
          const detail = 'this operation takes XML bodies only'
          throw new Problem('media-unsupported', { detail }, `content type ${content.type.slice(0, 100)}`)
        }
        try {
          if (content === undefined) throw new BadSignature('there is no body')
          await verify(content.bytes, view)
        } catch (error) {
          throw refusalOf(error, config.xpath)
        }
      },
    }
  },
})

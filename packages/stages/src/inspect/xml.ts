import { type Guard, Problem } from '@sallyport/core'
import { z } from 'zod'
import type { Kind } from '../kind.ts'
import { inputInvalid } from '../schemas/verdict.ts'
import { XmlError } from '../xml/prolog.ts'
import { elements, isXmlType, schemaFile, xmlRule } from '../xml/xml-rule.ts'
import type { XmlJudge } from '../xml/xml-schema.ts'

function judged(judge: XmlJudge, bytes: Uint8Array) {
  try {
    return judge(bytes)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new Problem('body-malformed', { detail: `The XML ${error.message}.` }, `the XML ${error.message}`)
  }
}

const xmlGuard = (judge: XmlJudge, optional: boolean): Guard => ({
  needs: ['content'],
  async check(view, site) {
    const content = await site.content?.(view)
    if (content === undefined && optional) return
    if (content === undefined)
      throw new Problem('input-invalid', { detail: 'An XML body is needed.' }, 'there is no body')
    if (!isXmlType(content.type)) {
      const detail = 'this operation takes XML bodies only'
      throw new Problem('media-unsupported', { detail }, `content type ${content.type.slice(0, 100)}`)
    }
    const faults = judged(judge, content.bytes)
    if (faults !== undefined) throw inputInvalid('The body does not fit its schema.', faults)
  },
})

const settings = z.strictObject({
  schema: schemaFile.optional(),
  optional: z.boolean().default(false).describe('Whether a call without a body passes.'),
  elements,
})

/** The request's XML body is well-formed, has no document type, and fits an XML Schema where one is named. */
export const xml: Kind<Guard> = {
  settings: z.union([
    z
      .literal(true)
      .transform(() => settings.parse({ optional: true }))
      .transform(config => xmlRule({ settings: config, config, at: [], make: judge => xmlGuard(judge, true) })),
    schemaFile
      .transform(schema => settings.parse({ schema }))
      .transform(config => xmlRule({ settings: config, config, at: [], make: judge => xmlGuard(judge, false) })),
    settings.transform(config =>
      xmlRule({ settings: config, config, at: ['schema'], make: judge => xmlGuard(judge, config.optional) }),
    ),
  ]),
}

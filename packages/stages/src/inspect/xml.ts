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

const settings = z.strictObject({
  schema: schemaFile.optional(),
  optional: z.boolean().default(false).describe('Whether a call without a body passes.'),
  elements,
})
type Settings = z.output<typeof settings>

const xmlGuard = (judge: XmlJudge, { optional }: Settings): Guard => ({
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

/** The request's XML body is well-formed, has no document type, and fits an XML Schema where one is named. */
export const xml: Kind<Guard> = {
  settings: z
    .union([
      z.literal(true).transform(() => ({ config: settings.parse({ optional: true }), at: [] })),
      schemaFile.transform(schema => ({ config: settings.parse({ schema }), at: [] })),
      settings.transform(config => ({ config, at: ['schema'] })),
    ])
    .transform(({ config, at }) => xmlRule({ settings: config, config, at, make: judge => xmlGuard(judge, config) })),
}

import type { Guard, Reply } from '@sallyport/core'
import { z } from 'zod'
import { bytesOf } from '../bodies/bytes-of.ts'
import { answerType } from '../bodies/json-body.ts'
import { askWhole, isBodiless } from '../bodies/whole-answer.ts'
import type { Kind } from '../kind.ts'
import { answerInvalid, type Mode, mode } from '../schemas/verdict.ts'
import { XmlError } from '../xml/prolog.ts'
import { elements, isXmlType, schemaFile, xmlRule } from '../xml/xml-rule.ts'
import type { XmlJudge } from '../xml/xml-schema.ts'

function wrongWith(judge: XmlJudge, { body }: Extract<Reply, { kind: 'answer' }>): string | undefined {
  try {
    const faults = judge(bytesOf(body))
    return faults && JSON.stringify(faults)
  } catch (error) {
    if (error instanceof XmlError) return `the XML ${error.message}`
    throw error
  }
}

const xmlGuard = (judge: XmlJudge, mode: Mode, rule: string): Guard => ({
  needs: ['answer'],
  prepare: askWhole,
  async reply(reply, view, site) {
    const { status, headers } = reply
    if (status < 200 || status > 299 || isBodiless(view.call.method, status)) return reply
    const type = answerType(headers)
    if (!isXmlType(type)) {
      const reason = `the answer's content type is ${JSON.stringify(type.slice(0, 100))}`
      answerInvalid({ mode, rule, reason }, view, site)
      return reply
    }
    const read = await site.answer?.(reply, view)
    if (read === undefined) return reply
    const reason = wrongWith(judge, read.reply)
    if (reason !== undefined) answerInvalid({ mode, rule, reason }, view, site)
    return read.reply
  },
})

const settings = z.strictObject({ schema: schemaFile.optional(), mode: mode.default('block'), elements })

/** A successful answer's XML body is well-formed, has no document type, and fits an XML Schema where one is named. */
export const xml: Kind<Guard> = {
  settings: z
    .union([
      z.literal(true).transform(() => ({ config: settings.parse({}), at: [] })),
      schemaFile.transform(schema => ({ config: settings.parse({ schema }), at: [] })),
      settings.transform(config => ({ config, at: ['schema'] })),
    ])
    .transform(({ config, at }) =>
      xmlRule({ settings: config, config, at, make: (judge, rule) => xmlGuard(judge, config.mode, rule) }),
    ),
}

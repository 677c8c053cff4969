import type { Guard } from '@sallyport/core'
import { z } from 'zod'
import { answerType, isJsonType } from '../bodies/json-body.ts'
import { askWhole, isBodiless } from '../bodies/whole-answer.ts'
import type { Kind } from '../kind.ts'
import type { Judge } from '../schemas/faults.ts'
import { schemaFile, schemaRule } from '../schemas/schema-file.ts'
import { answerInvalid, type Mode, mode } from '../schemas/verdict.ts'

function bodyGuard(judge: Judge, mode: Mode, rule: string): Guard {
  return {
    needs: ['answer'],
    prepare: askWhole,
    async reply(reply, view, site) {
      const { status, headers } = reply
      if (status < 200 || status > 299 || isBodiless(view.call.method, status)) return reply
      const wrong = (reason: string) => answerInvalid({ mode, rule, reason }, view, site)
      const type = answerType(headers)
      if (!isJsonType(type)) {
        wrong(`the answer's content type is ${JSON.stringify(type.slice(0, 100))}`)
        return reply
      }
      const read = await site.answer?.(reply, view)
      const faults = read?.json === undefined ? { '': ['is no strict JSON'] } : judge(read.json)
      if (faults !== undefined) wrong(JSON.stringify(faults))
      return read?.reply ?? reply
    },
  }
}

const settings = z.strictObject({
  schema: schemaFile,
  mode: mode.default('block').describe('block refuses answers that do not fit, report lets them pass and records why.'),
})

/** A successful answer's JSON body fits a JSON Schema (2020-12), which stands in a file. */
export const body: Kind<Guard> = {
  settings: z
    .union([
      schemaFile.transform(schema => ({ config: settings.parse({ schema }), at: [] })),
      settings.transform(config => ({ config, at: ['schema'] })),
    ])
    .transform(({ config, at }) =>
      schemaRule({
        ...{ kind: 'body', config, file: config.schema, at },
        make: (judge, rule) => bodyGuard(judge, config.mode, rule),
      }),
    ),
}

import type { Guard } from '@sallyport/core'
import { z } from 'zod'
import { askWhole } from '../bodies/whole-answer.ts'
import type { Kind } from '../kind.ts'
import { judgedAnswer } from '../openapi/answer.ts'
import { describedRule } from '../openapi/described-rule.ts'
import { answerInvalid, mode } from '../schemas/verdict.ts'

/** The answer is what the API's OpenAPI document says: status, header and body. */
export const document: Kind<Guard> = {
  settings: z
    .strictObject({ mode: mode.default('block') })
    .or(z.literal(true).transform(() => ({ mode: 'block' as const })))
    .transform(config =>
      describedRule({
        config,
        label: `openapi, ${config.mode}`,
        make(operation) {
          const answers = operation.answers()
          return rule => ({
            needs: ['answer'],
            prepare: askWhole,
            async reply(reply, view, site) {
              const { faults, reply: read } = await judgedAnswer(answers, reply, view, site)
              if (faults !== undefined)
                answerInvalid({ mode: config.mode, rule, reason: JSON.stringify(faults) }, view, site)
              return read
            },
          })
        },
      }),
    ),
}

import type { Guard } from '@sallyport/core'
import { z } from 'zod'
import type { Kind } from '../kind.ts'
import { describedRule } from '../openapi/described-rule.ts'
import { requestFaults } from '../openapi/request.ts'
import { inputInvalid } from '../schemas/verdict.ts'

const settings = z.strictObject({
  unknownQuery: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('What becomes of query parameters that the document does not know.'),
})

/** The request is what the API's OpenAPI document says: parameters and body. */
export const document: Kind<Guard> = {
  settings: z.union([z.literal(true).transform(() => settings.parse({})), settings]).transform(config =>
    describedRule({
      config,
      label: config.unknownQuery === 'allow' ? 'openapi, other query parameters too' : 'openapi',
      make(operation) {
        const described = operation.request()
        const guard: Guard = {
          needs: ['body', 'content'],
          pins: described.pins,
          async check(view, site) {
            const faults = await requestFaults(described, config.unknownQuery, view, site)
            if (faults !== undefined) throw inputInvalid("The request is not what the API's description says.", faults)
          },
        }
        return () => guard
      },
    }),
  ),
}

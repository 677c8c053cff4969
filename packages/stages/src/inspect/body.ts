import { type Guard, Problem } from '@sallyport/core'
import { z } from 'zod'
import type { Kind } from '../kind.ts'
import type { Judge } from '../schemas/faults.ts'
import { schemaFile, schemaRule } from '../schemas/schema-file.ts'
import { inputInvalid } from '../schemas/verdict.ts'

const settings = z.strictObject({
  schema: schemaFile,
  optional: z.boolean().default(false).describe('Whether a call without a body passes.'),
})
type Settings = z.output<typeof settings>

const bodyGuard = (judge: Judge, { optional }: Settings, pins: (pointer: string) => boolean): Guard => ({
  needs: ['body'],
  pins: place => place.in === 'body' && pins(place.at),
  async check(view, site) {
    const json = await site.body?.(view)
    if (json === undefined && optional) return
    if (json === undefined) throw new Problem('input-invalid', { detail: 'A JSON body is needed.' }, 'there is no body')
    const faults = judge(json)
    if (faults !== undefined) throw inputInvalid('The body does not fit its schema.', faults)
  },
})

/** The request's JSON body fits a JSON Schema (2020-12), which stands in a file. */
export const body: Kind<Guard> = {
  settings: z
    .union([
      schemaFile.transform(schema => ({ config: settings.parse({ schema }), at: [] })),
      settings.transform(config => ({ config, at: ['schema'] })),
    ])
    .transform(({ config, at }) =>
      schemaRule({
        ...{ kind: 'body', config, file: config.schema, at },
        make: (judge, _, pins) => bodyGuard(judge, config, pins),
      }),
    ),
}

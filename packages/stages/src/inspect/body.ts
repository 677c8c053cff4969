import { type Guard, Problem } from '@sallyport/core'
import { z } from 'zod'
import type { Bound, Kind } from '../kind.ts'
import { compileSchema, type Faults } from '../schemas/json-schema.ts'

const told = (errors: Faults) => ({ detail: 'The body does not fit its schema.', errors })

function bodyGuard(faultsIn: (value: unknown) => Faults | undefined): Guard {
  return {
    needs: ['body'],
    async check(view, site) {
      const json = await site.body?.(view)
      if (json === undefined)
        throw new Problem('input-invalid', { detail: 'A JSON body is needed.' }, 'there is no body')
      const faults = faultsIn(json)
      if (faults !== undefined) throw new Problem('input-invalid', told(faults), JSON.stringify(faults))
    },
  }
}

/** The request's JSON body fits a JSON Schema (2020-12), which stands in a file. */
export const body: Kind<Guard> = {
  settings: z
    .string()
    .min(1)
    .transform(
      (file): Bound<Guard> => ({
        kind: 'body',
        label: file,
        config: file,
        create() {
          throw new TypeError('the schema was not read')
        },
        unread: {
          files: [{ at: [], file, as: 'text' }],
          bind([read]) {
            const guard = bodyGuard(compileSchema(String(read?.content)))
            return () => guard
          },
        },
      }),
    ),
}

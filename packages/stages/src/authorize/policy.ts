import type { AuthorizeGuard } from '@sallyport/core'
import { PolicyFault } from '@sallyport/policy'
import { z } from 'zod'
import type { Bound, Kind } from '../kind.ts'
import { bodySettings } from '../policy/body.ts'
import { policyGuard } from '../policy/guard.ts'
import { zone } from '../policy/zone.ts'

const file = z.string().min(1).describe('Policies in Cedar.')
const settings = z.strictObject({ file, zone, body: bodySettings.optional() })

const placed = (name: string, { message, place }: PolicyFault) =>
  new TypeError(place === undefined ? `${name}: ${message}` : `${name}:${place.line}:${place.column}: ${message}`)

/** Policies in Cedar, which stand in a file. */
export const policy: Kind<AuthorizeGuard> = {
  settings: z
    .union([
      file.transform(name => ({ config: settings.parse({ file: name }), at: [] })),
      settings.transform(config => ({ config, at: ['file'] })),
    ])
    .transform(
      ({ config, at }): Bound<AuthorizeGuard> => ({
        kind: 'policy',
        label: `policy ${config.file}`,
        config,
        create() {
          throw new TypeError('the policies were not read')
        },
        unread: {
          files: [{ at, file: config.file, as: 'text' }],
          async bind([read]) {
            const cedar = await import('@sallyport/policy/cedar')
            try {
              const guard = policyGuard(String(read?.content), { zone: config.zone, body: config.body }, cedar)
              return () => guard
            } catch (error) {
              throw error instanceof PolicyFault ? placed(config.file, error) : error
            }
          },
        },
      }),
    ),
}

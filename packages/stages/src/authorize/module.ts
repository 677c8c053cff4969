import type { AuthorizeGuard, Json } from '@sallyport/core'
import { z } from 'zod'
import type { Bound, Kind } from '../kind.ts'
import { moduleGuard } from '../modules/module-guard.ts'
import { readModule } from '../modules/read-module.ts'

/** What stands in `with` is the module's own affair: it reads it in `create`. */
const settings = z.strictObject({ file: z.string().min(1), with: z.json().default({}) })

/** A user's own guard: an ES module, which whoever reads the configuration has to read too. */
export const module: Kind<AuthorizeGuard> = {
  settings: settings.transform(
    (config): Bound<AuthorizeGuard> => ({
      kind: 'module',
      label: config.file,
      config,
      create() {
        throw new TypeError('the module was not read')
      },
      unread: {
        files: [{ at: ['file'], file: config.file, as: 'module' }],
        bind([read]) {
          const guard = readModule(read?.content)
          return (ports, rule) => moduleGuard<Json>(guard, config.with, ports, rule)
        },
      },
    }),
  ),
}

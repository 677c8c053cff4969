import { guardKind } from '../../kind.ts'
import { moduleGuard } from '../../modules/module-guard.ts'
import { ownershipModule } from './ownership.ts'
import { settings } from './settings.ts'

/** What a token created it may change and delete, nothing else. */
export const ownership = guardKind({
  kind: 'ownership',
  settings,
  label: things => `own ${Object.keys(things).join(', ')}`,
  create: (things, ports, rule) => moduleGuard(ownershipModule(things), things, ports, rule),
})

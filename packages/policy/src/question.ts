import type { Entities } from './entities.ts'
import type { EntityUid } from './values/entity-uid.ts'
import type { ValueRecord } from './values/value.ts'

/** May this principal do this to that, as things are? */
export interface Question {
  readonly principal: EntityUid
  readonly action: EntityUid
  readonly resource: EntityUid
  readonly context: ValueRecord
  readonly entities: Entities
}

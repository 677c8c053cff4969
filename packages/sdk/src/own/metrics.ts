import type { Operation } from '../api.ts'
import type { Access } from './access.ts'
import { type Own, ownOperation } from './operation.ts'

/** `/metrics`: how many calls ended how, and how long they took, in Prometheus' text format. It names no caller. */
export const metricsOperations = (access: Access, exposition: () => Promise<Own>): readonly Operation[] => [
  ownOperation('/metrics', access, exposition),
]

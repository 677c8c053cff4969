import type { Guard } from '@sallyport/core'
import type { Bound } from '../kind.ts'
import type { DescribedOperation } from './description.ts'

/** A rule that is made anew for each operation that a document describes. */
export interface DescribedRule {
  readonly config: unknown
  readonly label: string
  make(operation: DescribedOperation): (rule: string) => Guard
}

export const describedRule = ({ config, label, make }: DescribedRule): Bound<Guard> => ({
  kind: 'document',
  label,
  config,
  create() {
    throw new TypeError('no OpenAPI document describes this operation')
  },
  described(operation) {
    const guard = make(operation)
    return (_, { name }) => guard(name)
  },
})

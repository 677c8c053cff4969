import type { AttributeType } from './attribute.ts'
import type { ApiLabels, Geo } from './call.ts'

/** What rules may name of an application or an API. */
export interface Words {
  /** Ids of its operations. */
  readonly operations: readonly string[]
  /** Names that its path templates capture. */
  readonly parameters: readonly string[]
  /** Claims that those who vouch for its callers declare. */
  readonly attributes: Readonly<Record<string, AttributeType>>
  /** Of the API, where it is one. */
  readonly labels?: ApiLabels | undefined
  /** What is known of addresses. */
  readonly geo?: Geo | undefined
}

/** Something in a rule's file or text, which count lines and columns from 1. */
export interface RuleFault {
  readonly message: string
  readonly line: number | undefined
  readonly column: number | undefined
  /** Where in the rule's settings the text stands; the rule itself unless told. */
  readonly at?: readonly (string | number)[] | undefined
}

/** What is in words that may name something. */
export interface Worded {
  /** What somebody ought to look at. */
  readonly notes?: readonly RuleFault[]
  /** What it names that isn't there, or can never be. */
  faults?(words: Words): readonly RuleFault[]
}

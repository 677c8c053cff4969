import type { ZodType } from 'zod'

/** One management call as data: server, command and console read the same object. */
export interface Endpoint<Input extends ZodType, Output extends ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path template below the management API's own prefix. Parameters are members of the input. */
  readonly path: string
  readonly summary: string
  readonly input: Input
  /** Undeclared members are stripped from what is sent. */
  readonly output: Output
  readonly permission: string
  readonly audit: { readonly writes: string } | { readonly none: string }
}

export function endpoint<Input extends ZodType, Output extends ZodType>(
  definition: Endpoint<Input, Output>,
): Endpoint<Input, Output> {
  return Object.freeze(definition)
}

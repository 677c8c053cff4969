import type { RuleFault, Words } from '@sallyport/core'
import { type Asking, type Place, PolicyFault, schemaOf } from '@sallyport/policy'
import { namesBelow, type Paths } from './context.ts'

/** The schema that policies are validated by which name these paths of the context. */
export const schemaFor = (paths: Paths, { operations, parameters, attributes }: Words, asking?: Asking) =>
  schemaOf(
    {
      ...{ operations, parameters, claims: attributes },
      headers: namesBelow('headers', paths).map(name => name.toLowerCase()),
      query: namesBelow('query', paths),
    },
    asking,
  )

export const ruleFault = ({ message, place }: PolicyFault): RuleFault => ({
  message,
  line: place?.line,
  column: place?.column,
})

/** What the reference engine judges by, and those who call wait for. */
export const slow = (what: string, place?: Place): PolicyFault =>
  new PolicyFault(
    `${what} holds what the compiler doesn't know: the reference engine judges by it, which takes about a hundred microseconds a call`,
    place,
  )

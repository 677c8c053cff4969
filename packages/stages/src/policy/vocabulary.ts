import type { RuleFault, Words } from '@sallyport/core'
import { type Asking, type Members, type Place, PolicyFault, schemaOf } from '@sallyport/policy'
import { mayHaveBody } from './body.ts'
import { namesBelow, type Paths } from './context.ts'

/** What policies name of the context, and what is declared of JSON bodies. */
interface Named {
  readonly paths: Paths
  readonly body: Members | undefined
}

/** The schema that policies are validated by. */
export const schemaFor = (
  { paths, body }: Named,
  { operations, parameters, attributes, geo = {} }: Words,
  asking?: Asking,
) =>
  schemaOf(
    {
      ...{ operations, parameters, claims: attributes },
      headers: namesBelow('headers', paths).map(name => name.toLowerCase()),
      query: namesBelow('query', paths),
      geo: { country: geo.country !== undefined, network: geo.network !== undefined },
      body: body && { members: body, operations: operations.filter(mayHaveBody) },
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

import { type AskMessage, Problem } from '@sallyport/core'
import { connectionNames } from '../forward/hop-by-hop.ts'

export const malformed = (detail: string) => new Problem('request-malformed', { detail }, detail)

/** Of two values a backend may take the first, the last, both joined or none: then it would choose otherwise. */
export function single(values: readonly string[], what: string): string | undefined {
  if (values.length > 1) throw malformed(`the ${what} chooses the operation and stands more than once`)
  return values[0]
}

/** A field that says which operation is meant. One that Connection names never reaches the backend, which would then choose without it. */
export function choosingField(headers: AskMessage['headers'], name: string): string | undefined {
  if (connectionNames(headers).has(name)) throw malformed(`the field ${name} chooses the operation and must cross`)
  return single(headers.all(name), `field ${name}`)
}

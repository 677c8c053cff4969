import { Secret } from '@sallyport/core'

/** Texts by name: `process.env`, or what stands in its place. */
export type Environment = Readonly<Record<string, string | undefined>>

const algorithms = ['HS256', 'HS384', 'HS512'] as const
type SecretAlgorithm = (typeof algorithms)[number]

/** A secret of an environment. There is no default: throws TypeError that names it where it is unset or empty. */
export function secretFrom(environment: Environment, name: string): Secret {
  const text = environment[name]
  if (text === undefined || text === '') throw new TypeError(`${name} is not set: there is no default for a secret`)
  return new Secret(text)
}

/** What signs tokens, of `JWT_SECRET` and `JWT_ALGORITHM`; HS256 where the latter is unset. Throws TypeError that names the one that won't do. */
export function jwtFrom(environment: Environment): { readonly secret: Secret; readonly algorithm: SecretAlgorithm } {
  const { JWT_ALGORITHM: named = 'HS256' } = environment
  const algorithm = algorithms.find(name => name === named)
  if (algorithm === undefined) throw new TypeError(`JWT_ALGORITHM: is none of ${algorithms.join(', ')}`)
  return { secret: secretFrom(environment, 'JWT_SECRET'), algorithm }
}

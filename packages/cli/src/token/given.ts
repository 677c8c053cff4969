import { BadConstraint, BadToken } from '@sallyport/tokens'
import { Failure, Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { readSecret } from '../frame/secret-argument.ts'

/** The one word that says where a token is read. */
export function onlyPlace(positionals: readonly string[]): string {
  const [place, ...others] = positionals
  if (place === undefined || others.length > 0) throw new Misuse('needs one of - (standard input), @FILE or env:NAME')
  return place
}

/** A token; what stands around it in a file is none of it. */
export async function readToken(place: string, ports: Ports): Promise<string> {
  return (await readSecret(place, 'the token', ports)).reveal().trim()
}

/** Runs what may find a token or a constraint wrong, and says so in one sentence. */
export function attempt<Made>(make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    if (error instanceof BadToken) throw new Failure(`the token cannot be used: ${error.reason}`)
    if (error instanceof BadConstraint) throw new Failure(`${error.path}: ${error.message}`.replace(/^: /, ''))
    throw error
  }
}

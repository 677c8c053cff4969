import { type BodyCondition, type Call, type Destination, type Grant, Problem, type TokenPolicy } from '@sallyport/core'
import { audienceOf, readPermission } from '@sallyport/tokens'
import { permission } from '../authorize/permission.ts'

/** What one route asks of magic tokens. */
export interface TokenRules {
  /** What a token must name; undefined where the gateway answers itself. */
  readonly audience: string | undefined
  readonly policy: TokenPolicy
  /** What the API lets tokens permit at the most. */
  widest(call: Call, apiPath: string): readonly BodyCondition[]
}

/** `widest` is the same for all routes of an API, so it is made once. */
export function widestOf({ widest }: TokenPolicy): TokenRules['widest'] {
  const entries = readPermission(widest)
  return permission(entries === undefined ? [] : [entries])
}

export function audienceFor(api: string, destination: Destination): string | undefined {
  if ('upstream' in destination) return audienceOf(api, destination.upstream.origin)
  return 'handler' in destination ? destination.audience : undefined
}

const bad = (reason: string) => new Problem('credential-bad', {}, reason)

/** A good token of this gateway may be one for another API. Throws Problem `credential-bad` or `credential-expired`. */
export function requireHere(grant: Grant | undefined, { audience, policy }: TokenRules): void {
  if (grant === undefined) return
  if (grant.audience !== audience) throw bad(`the token is for ${grant.audience}, not for ${audience}`)
  if (grant.lifeMs > policy.longestMs) throw bad('the token was made for longer than the API allows')
  if (grant.issuedAt < policy.from)
    throw new Problem('credential-expired', {}, 'the token was issued before those that the API takes')
}

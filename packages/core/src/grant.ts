import type { Call } from './call.ts'
import type { Limit } from './guard.ts'
import type { Json } from './json.ts'
import type { UpstreamCredential } from './snapshot.ts'

/** What the JSON body of a call must be. Throws Problem `not-permitted` where it can't be judged. */
export type BodyCondition = (body: Json) => boolean

/**
 * What a credential itself permits and brings, beside who calls: a magic token. It holds on every route that takes the token, each
 * member in its own stage, whatever the route asks for besides.
 */
export interface Grant {
  /** The id of the token's last part: a narrowed token is another than the one that it was made of. */
  readonly part: string
  /** The API's name, a space, the origin of its upstream: where alone it is good. */
  readonly audience: string
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  readonly lifeMs: number
  /**
   * What the body must be, all of it, besides; nothing where it doesn't matter. `apiPath` is the API's own prefix. Throws Problem
   * `not-permitted`.
   */
  permits(call: Call, apiPath: string): readonly BodyCondition[]
  /** Taken together with the route's own. */
  readonly limits: readonly { readonly name: string; readonly guard: Limit }[]
  /** What the upstream is shown in the token's place; undefined where it is left sealed, for nobody is shown it. */
  readonly credential: UpstreamCredential | undefined
}

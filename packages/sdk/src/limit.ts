import type { Limit } from '@sallyport/core'
import { type Bound, limitKinds } from '@sallyport/stages'
import { declared } from './declared.ts'

/** How often a caller may call; see docs/configuration.md, `limit`. */
export interface LimitOptions {
  /** `100/minute`, `5/10m`. */
  readonly allow: string
  readonly per:
    | 'ip'
    | 'user'
    | 'application'
    | 'credential'
    | 'everyone'
    | { readonly claim: string }
    | { readonly header: string }
  readonly algorithm?: 'fixedWindow' | 'slidingWindow' | 'tokenBucket'
  readonly burst?: number
  /** `standard` unless given. */
  readonly headers?: 'standard' | 'x' | 'both' | 'none'
}

export type LimitRule = Bound<Limit>

export const limitRule = (name: string, options: LimitOptions): LimitRule =>
  declared(`limit.${name}`, limitKinds.allow.settings, options)

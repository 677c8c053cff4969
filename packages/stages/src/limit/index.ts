import type { Limit } from '@sallyport/core'
import type { Kind } from '../kind.ts'
import { allow, allowBeforeIdentify } from './allow.ts'
import { concurrent } from './concurrent.ts'

/** The limits that there are, by the member of their settings that tells them apart. */
export const limitKinds = { allow, concurrent } satisfies Record<string, Kind<Limit>>

/** Those that admit takes. */
export const admitLimitKinds = { allow: allowBeforeIdentify } satisfies Record<string, Kind<Limit>>

import type { Rules } from '../api.ts'
import { type AuthorizeRule, anyone } from '../authorize.ts'
import { anonymous, type Identify } from '../identify.ts'

/** Who may read what an application tells of itself: everybody, or who passes these two stages. */
export type Access =
  | 'public'
  | { readonly identify: Identify; readonly authorize: AuthorizeRule | readonly AuthorizeRule[] }

export const rulesOf = (access: Access): Rules =>
  access === 'public' ? { identify: anonymous, authorize: anyone } : access

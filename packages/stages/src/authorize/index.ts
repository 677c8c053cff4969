import type { AuthorizeGuard } from '@sallyport/core'
import type { Kind } from '../kind.ts'
import { anyOf } from './any-of.ts'
import { anyone } from './anyone.ts'
import { module } from './module.ts'
import { outside } from './outside.ts'
import { ownership } from './ownership/kind.ts'
import { policy } from './policy.ts'
import { roles } from './roles.ts'
import { scopes } from './scopes.ts'
import { token } from './token.ts'

/** The rules that authorize knows, in the order in which they are judged. */
export const authorizeKinds = {
  anyone,
  token,
  scopes,
  roles,
  anyOf,
  policy,
  outside,
  module,
  ownership,
} satisfies Record<string, Kind<AuthorizeGuard>>

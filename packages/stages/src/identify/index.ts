import type { Method } from '@sallyport/core'
import type { Kind } from '../kind.ts'
import { anonymous } from './anonymous.ts'
import { apiKey } from './api-key.ts'
import { basic } from './basic.ts'
import { jwt } from './jwt.ts'
import { magicToken } from './magic-token.ts'
import { oauth2 } from './oauth2.ts'

/** The ways to tell who is calling. */
export const identifyKinds = { jwt, oauth2, apiKey, basic, magicToken, anonymous } satisfies Record<
  string,
  Kind<Method>
>

import { type OnTrial, trialOf, trialTerms, tried } from '@sallyport/stages'
import { z } from 'zod'
import { type AuthorizeRule, isAuthorizeRule } from './authorize.ts'
import { declared } from './declared.ts'

/** By when it is to be decided what becomes of a rule that is tried, and for which share of callers it is enforced all the same. */
export type ShadowOptions = Omit<OnTrial, 'mode'>

const rule = z.custom<AuthorizeRule>(isAuthorizeRule, 'needs a rule, such as roles(…) or policy(…)')
const terms = z.strictObject(trialTerms)

/**
 * A rule of authorize that is tried beside those that are enforced: calls pass it, and what it would have refused stands in their records.
 * Throws TypeError where an option can't be meant.
 */
export const shadow = (written: AuthorizeRule, options: ShadowOptions): AuthorizeRule =>
  tried(declared('shadow', rule, written), trialOf(declared('shadow', terms, options), true))

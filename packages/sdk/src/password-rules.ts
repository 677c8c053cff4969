import { lacking, type PasswordRule, passwordNeeds } from '@sallyport/stages'
import { z } from 'zod'
import { declared } from './declared.ts'
import type { Schema } from './schema.ts'

/** What passwords have to have, as a schema, and for schemas of any library. */
export interface PasswordRules extends Schema<string> {
  /** What a password lacks, a sentence each that names it: `needs a digit`. None where it is good. */
  faultsIn(password: string): readonly string[]
}

const options = z.strictObject({
  minLength: z.int().min(1).default(8),
  needs: z.array(z.enum(passwordNeeds)).default([...passwordNeeds]),
  special: z.string().min(1).default('!@#$%^&*'),
})

/**
 * Rules for passwords: 8 characters or more, among them an upper-case letter, a lower-case one, a digit and one of `!@#$%^&*`, unless told
 * otherwise. Throws TypeError that names the option which won't do.
 */
export function passwordRules(written: PasswordRule = {}): PasswordRules {
  const rule = declared('passwordRules', options, written)
  const lacks = lacking(rule)
  const faultsIn = (password: string) => lacks(password).map(what => `needs ${what}`)
  const described = () => ({ type: 'string', minLength: rule.minLength, 'x-password': rule })
  const standard = {
    version: 1,
    vendor: 'sallyport',
    validate(value: unknown) {
      if (typeof value !== 'string') return { issues: [{ message: 'needs a text' }] }
      const faults = faultsIn(value)
      return faults.length === 0 ? { value } : { issues: faults.map(message => ({ message })) }
    },
    jsonSchema: { input: described, output: described },
  } as const
  return { faultsIn, '~standard': standard }
}

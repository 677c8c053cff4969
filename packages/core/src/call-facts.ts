import { z } from 'zod'

/** Names that a caller has. Where they were too many to remember, `of` is which of them were looked for: nothing is known of others. */
const names = z.strictObject({ has: z.array(z.string()), of: z.array(z.string()).optional() })

const claim = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

/** What was given twice or as something else than declared, so that no policy could judge by it. */
const unfit = z.array(z.string()).optional()

/** Null where the call had nothing of that name; without the name where that isn't remembered. */
const fields = z.record(z.string(), z.string().nullable())

/**
 * What policies judge a call by, as far as its record doesn't tell it otherwise: caller, time, address, operation and kind of credential are
 * members of the record. Of claims, header and query what policies of the route name; of the rest all that isn't too much.
 */
export const callFacts = z.strictObject({
  caller: z.strictObject({
    roles: names,
    groups: names,
    scopes: names,
    /** By their declared names; as `fields`. */
    claims: z.record(z.string(), claim.nullable()),
    /** Names of claims. */
    unfit,
  }),
  /** Absent where policies name nothing of requests, and the path captures nothing. */
  request: z
    .strictObject({
      headers: fields,
      query: fields,
      /** What the path template captured: where it captures a name that is absent here, the value isn't remembered. */
      parameters: z.record(z.string(), z.string()),
      /** What databases tell of the caller's address; null where they tell nothing. */
      country: z.string().nullable().optional(),
      network: z.strictObject({ asn: z.int(), owner: z.string().optional() }).nullable().optional(),
      /** As `headers.x-region`, `query.sort`. */
      unfit,
    })
    .optional(),
})

export type CallFacts = z.infer<typeof callFacts>

/** What the policies of one rule made of a call. */
export const policyVerdict = z.strictObject({
  /** The rule's name. */
  rule: z.string(),
  allowed: z.boolean(),
  /** The policies that decided: forbids where one held, else the permits that did. */
  held: z.array(z.string()),
  /** Those that could not be judged. */
  errors: z.array(z.strictObject({ policy: z.string(), reason: z.string() })).optional(),
})

/** What policies say of a call by its record: yes or no, with those that decide, or what would have to be recorded. */
export type PolicyAnswer =
  | { readonly allowed: boolean; readonly by: readonly string[] }
  | { readonly allowed: undefined; readonly unknown: readonly string[] }

export type PolicyVerdict = z.infer<typeof policyVerdict>

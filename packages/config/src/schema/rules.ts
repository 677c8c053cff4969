import type { AdmitGuard, AuthorizeGuard, Guard, IdentifyTree, Limit, Method } from '@sallyport/core'
import {
  admitKinds,
  admitLimitKinds,
  authorizeKinds,
  type Bound,
  identifyKinds,
  inspectKinds,
  type Kind,
  limitKinds,
  protectKinds,
  triable,
  trialOf,
  trialTerms,
  tried,
} from '@sallyport/stages'
import { z } from 'zod'
import { size } from './values.ts'

type Table<Made> = Readonly<Record<string, Kind<Made>>>

/** One member a kind, each of them optional; what was written comes out as rules, in the order of the stage's table. */
function sectionOf<Made>(table: Table<Made>) {
  const members = Object.entries(table).map(([name, kind]) => [name, kind.settings.optional()] as const)
  return z
    .strictObject(Object.fromEntries(members))
    .transform((section): Bound<Made>[] => Object.keys(table).flatMap(name => section[name] ?? []))
}

/** One member a kind, and `shadow` for rules that are tried beside them. Those that are maps may be tried by `mode: shadow`, too. */
function sectionWithTrials<Made>(table: Table<Made>) {
  const kinds = Object.entries(table)
  const shadow = z.intersection(
    z.strictObject(trialTerms).transform(written => ({ trial: trialOf(written, true) })),
    sectionOf(table).transform(rules => ({ rules })),
  )
  const besides = shadow.transform(({ rules, trial }) => rules.map(rule => tried(rule, trial)))
  const members: [string, z.ZodType<Bound<Made>[] | undefined>][] = kinds.map(([name, { settings }]) => [
    name,
    triable(settings)
      .transform(rule => [rule])
      .optional(),
  ])
  return z
    .strictObject(Object.fromEntries([...members, ['shadow', besides.optional()]]))
    .transform((section): Bound<Made>[] => [...Object.keys(table), 'shadow'].flatMap(name => section[name] ?? []))
}

/** A map with one member that names the kind: `{ jwt: staff }`. */
function oneOf<Made>(table: Table<Made>, what: string) {
  return sectionOf(table).transform((bound, context): Bound<Made> => {
    const [only, more] = bound
    if (only !== undefined && more === undefined) return only
    context.addIssue({
      code: 'custom',
      message: `needs exactly one of ${Object.keys(table).join(', ')} as the ${what}`,
    })
    return z.NEVER
  })
}

/** A kind without settings, written as a single word. */
const word = <Word extends string, Made>(name: Word, kind: Kind<Made>) =>
  z.literal(name).transform((): Bound<Made> => kind.settings.parse(true))

/** How callers are told apart. `any` and `all` nest. */
export type WrittenIdentify = IdentifyTree<Bound<Method>>

const identify: z.ZodType<WrittenIdentify> = z.lazy(() =>
  z.union([
    word('anonymous', identifyKinds.anonymous),
    word('magicToken', identifyKinds.magicToken),
    oneOf<Method>(identifyKinds, 'method'),
    z.strictObject({ any: z.array(identify).min(1) }),
    z.strictObject({ all: z.array(identify).min(2) }),
  ]),
)

/** `anyone`, `token`, or the rules that must all hold. */
const authorize = z.union([
  word('anyone', authorizeKinds.anyone).transform(rule => [rule]),
  word('token', authorizeKinds.token).transform(rule => [rule]),
  sectionWithTrials<AuthorizeGuard>(authorizeKinds),
])

const limit = triable(z.union([limitKinds.allow.settings, limitKinds.concurrent.settings]))

const limitName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'needs a name of letters, digits, - and _')

/** Limits by name. */
const limits = z.record(limitName, limit)
export type WrittenLimits = Readonly<Record<string, Bound<Limit>>>

const most = z.int().min(1).exactOptional()

/** What a JSON body may hold. Whoever reads or judges one does so by recursion, so depth has an end. */
const json = z.strictObject({
  depth: z.int().min(1).max(256).exactOptional(),
  members: most,
  items: most,
  string: most,
  number: most,
})

/** How large a GraphQL document may be. */
const graphql = z.strictObject({ depth: most, fields: most, repeats: most })

export const admit = z.strictObject({
  ip: admitKinds.ip.settings.optional(),
  maxBody: size.optional(),
  json: json.optional(),
  graphql: graphql.optional(),
  limit: z.record(limitName, admitLimitKinds.allow.settings).optional(),
})
export type WrittenAdmit = z.output<typeof admit>
export type AdmitRule = Bound<AdmitGuard>

const inspect = sectionWithTrials<Guard>(inspectKinds)

const protect = sectionWithTrials<Guard>(protectKinds)

/** The sections that gateway, APIs and operations have alike. */
export const rules = {
  admit: admit.optional(),
  identify: identify.optional(),
  authorize: authorize.optional(),
  limit: limits.optional(),
  inspect: inspect.optional(),
  protect: protect.optional(),
}

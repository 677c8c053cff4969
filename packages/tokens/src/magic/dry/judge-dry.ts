import { AskError, BadPattern, isAsked, type Json, readAsks, TemplateError } from '@sallyport/core'
import { z } from 'zod'
import { BadToken } from '../../bad-token.ts'
import { isMethod, readAllowed } from '../allowed.ts'
import type { DescribedPart } from '../describe.ts'
import { readPattern } from '../pattern.ts'
import { Unjudgeable } from '../work.ts'
import { programOf } from './program.ts'
import { type DryEntry, denied, type Outcome, search } from './search.ts'
import { templatePattern } from './template-pattern.ts'
import { Walker } from './walker.ts'

/** An operation that is asked about: a method and a path template. */
export interface AskedOperation {
  readonly method: string
  readonly template: string
  /** What its messages ask for, where it is told by that: `tools/call search_items`. */
  readonly asks?: string | undefined
}

/**
 * What a parameter of an operation is taken to hold: what needs no encoding, and what is encoded, but for `%2F`, which a gateway judges
 * in two ways.
 */
const asked = "(?:[A-Za-z0-9._~:@!$&'()*+,=-]|%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-9A-Ea-e]))+"
/** What a parameter of a permit takes. */
const permitted = '[^/]+'

interface DryPermission {
  readonly method: string
  /** What its messages may ask for; undefined for anything. */
  readonly asks: readonly string[] | undefined
  readonly entry: DryEntry
}

const asks = z.union([z.string().transform(text => [text]), z.array(z.string())]).optional()
const permit = z.looseObject({ method: z.string(), path: z.string(), asks })
const claims = z.looseObject({ allowed: z.array(z.string()).optional(), permit: z.array(permit).optional() })

const described = (name: string, value: unknown) => `${name} ${JSON.stringify(value)}`

/** What a permit wants beside method and path. A permit without a query takes none, which goes without saying. */
function conditionsOf({
  method: _,
  path: __,
  others: ___,
  asks: ____,
  body,
  ...named
}: z.output<typeof permit>): string[] {
  const parts = Object.entries(named).map(([name, value]) => described(name, value))
  return body === undefined ? parts : [...parts, described('body', body)]
}

const walkerOf = (pattern: string) => new Walker(programOf(pattern))

/** The permissions of one part; undefined where it says nothing of it. */
function permissionsIn(written: { readonly [member: string]: Json }): readonly DryPermission[] | undefined {
  const read = claims.safeParse(written)
  if (!read.success) throw new Unjudgeable('allowed or permit is not what it should be')
  const { allowed, permit: permits } = read.data
  if (allowed === undefined && permits === undefined) return undefined
  const byPattern = (allowed ?? []).map((text): DryPermission => {
    // What no gateway takes is refused here too, before it is compiled.
    readAllowed(text, readPattern)
    const space = text.indexOf(' ')
    return {
      method: text.slice(0, space),
      asks: undefined,
      entry: { walker: walkerOf(text.slice(space + 1)), conditions: [] },
    }
  })
  const byTemplate = (permits ?? []).map(
    (one): DryPermission => ({
      method: one.method,
      asks: one.asks?.flatMap(text => readAsks(text).names),
      entry: { walker: walkerOf(templatePattern(one.path, permitted)), conditions: conditionsOf(one) },
    }),
  )
  return [...byPattern, ...byTemplate]
}

/** The entry as it holds for an operation: undefined where it permits nothing that this is asked for. */
function entryFor({ asks, entry }: DryPermission, asked: readonly string[] | undefined): DryEntry | undefined {
  if (asks === undefined) return entry
  if (asked?.every(name => asks.some(one => isAsked(one, name)))) return entry
  // A wildcard of the operation holds single names of the permit.
  const touches = (name: string) => asks.some(one => isAsked(one, name) || isAsked(name, one))
  if (asked !== undefined && !asked.some(touches)) return undefined
  return { ...entry, conditions: [...entry.conditions, described('asks', asks)] }
}

/** The same; what no gateway would take is a BadToken. */
function permissionsOf(claims: { readonly [member: string]: Json }): readonly DryPermission[] | undefined {
  try {
    return permissionsIn(claims)
  } catch (error) {
    const known = [AskError, BadPattern, TemplateError, Unjudgeable].some(kind => error instanceof kind)
    throw known && error instanceof Error ? new BadToken('claim', error.message) : error
  }
}

/**
 * What a token allows and denies of these operations, by what it says of itself: no signature is verified, no clock asked. All parts of
 * a chain are judged together. Throws BadToken
 * for one that no gateway would take.
 */
export function judgeDry(
  { parts }: { readonly parts: readonly Pick<DescribedPart, 'claims'>[] },
  operations: readonly AskedOperation[],
): readonly (AskedOperation & Outcome)[] {
  const permissions = parts.map(part => permissionsOf(part.claims)).filter(one => one !== undefined)
  return operations.map(operation => {
    const { method, template } = operation
    const named = operation.asks === undefined ? undefined : readAsks(operation.asks).names
    const entries = permissions.map(part =>
      part.flatMap(one => (isMethod(one.method, method) ? (entryFor(one, named) ?? []) : [])),
    )
    // Patterns take long to walk through: a method that some part doesn't name needs none.
    if (entries.some(part => part.length === 0)) return { ...operation, ...denied }
    return { ...operation, ...search(walkerOf(templatePattern(template, asked)), entries) }
  })
}

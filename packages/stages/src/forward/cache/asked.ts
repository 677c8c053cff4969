import { type ForwardRule, HeaderList, type Outgoing, type Principal, type View } from '@sallyport/core'
import { type Condition, conditionIn } from './condition.ts'
import { type Directives, directivesIn } from './directives.ts'
import type { FieldKindOf } from './fields.ts'

/** A request to read whose answer may be kept, or be there already. */
export interface Asked {
  /** What is told the upstream. */
  readonly outgoing: Outgoing
  readonly directives: Directives
  /** Whether the upstream is to be asked whatever is kept. */
  readonly anew: boolean
  readonly condition: Condition | undefined
  /** Fields in which a representation is negotiated, by lower-case name. */
  readonly negotiated: ReadonlyMap<string, string>
  /** All else that the upstream is told, but who asks. */
  readonly key: string
  /** Who asks, as the upstream is told it. */
  readonly caller: string
}

/** What a caller's own JWT tells of them (`callerToken`), but for the call that it is made for. */
function principalText({ user, application, actors, credential, scopes, roles }: Principal): string {
  return JSON.stringify([user, application, actors, credential, [...scopes].sort(), [...roles].sort()])
}

/** What the requests of a route have in common. */
interface Common {
  /** The API's path. */
  readonly apiPath: string
  readonly rule: ForwardRule
  readonly kindOf: FieldKindOf
  /** Whether callers at all addresses get the same. */
  readonly anyAddress: boolean
}

export type ReadAsked = (outgoing: Outgoing, view: View) => Asked | undefined

/** Reads what is asked; undefined where such an answer is never kept: another method, a body, a part, a condition on writing. */
export function askedReader({ apiPath, rule, kindOf, anyAddress }: Common): ReadAsked {
  const callerText = ({ call, principal }: View) =>
    (anyAddress ? '' : (call.ip ?? '')) + (rule.caller === undefined ? '' : principalText(principal))
  return (outgoing, view) => {
    const { method, path, body } = outgoing
    if ((method !== 'GET' && method !== 'HEAD') || body.length !== 0) return undefined
    const list = new HeaderList(outgoing.headers)
    const directives = directivesIn(list.all('cache-control'))
    if (directives === undefined || directives.has('no-store')) return undefined
    const told: string[] = []
    const key = [apiPath, rule.origin, path]
    const negotiated = new Map<string, string>()
    for (const [i, name] of list.names.entries()) {
      const value = list.valueAt(i)
      const kind = kindOf(name, value)
      if (kind === 'alone') return undefined
      if (kind === 'held') continue
      told.push(list.raw[i * 2] ?? name, value)
      if (kind === 'keyed') key.push(name, value)
      else if (kind === 'negotiated') {
        const before = negotiated.get(name)
        negotiated.set(name, before === undefined ? value : `${before},${value}`)
      }
    }
    return {
      ...{ outgoing: { ...outgoing, headers: told }, directives, negotiated },
      anew: directives.has('no-cache') || (directives.size === 0 && /no-cache/i.test(list.get('pragma') ?? '')),
      condition: conditionIn(list),
      key: JSON.stringify(key),
      caller: callerText(view),
    }
  }
}

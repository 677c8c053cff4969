import type { CallEvent, PolicyAnswer, StageName } from '@sallyport/core'
import { stageNames } from '@sallyport/core'
import type { Side } from './side.ts'

/** Calls of one caller to one operation that flip for one reason. */
export interface Flip {
  readonly from: 'allowed' | 'refused'
  readonly to: 'allowed' | 'refused'
  readonly api: string
  readonly operation: string
  readonly caller: string
  /** Ids of the policies that decided. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** How many there are, their ids, and when the first and the last of them was made. */
  calls: number
  readonly ids: string[]
  readonly first: string
  last: string
}

/** Calls to one operation of which it can't be said. */
export interface Unknown {
  readonly api: string
  readonly operation: string
  /** What would have had to be recorded. */
  readonly missing: readonly string[]
  calls: number
  readonly ids: string[]
}

const byIssuer = ({ subject, issuer }: NonNullable<CallEvent['user']>) => `${subject} of ${issuer}`

function callerOf({ user, application, credential }: CallEvent): string {
  if (user !== undefined) return `user ${byIssuer(user)}`
  if (application !== undefined) return `application ${byIssuer(application)}`
  return credential === undefined || credential.id === '' ? 'anybody' : `${credential.kind} ${credential.id}`
}

/** Whether a call was refused before policies could say anything, or by another right. */
function isUnasked({ refusal }: CallEvent): boolean {
  if (refusal === undefined || refusal.code === 'policy-refuses') return false
  const at = (stage: StageName) => stageNames.indexOf(stage)
  return at(refusal.stage) <= at('authorize')
}

const wordFor = (allowed: boolean) => (allowed ? 'allowed' : 'refused')

/** What would become of recorded calls by other policies than before. */
export class Comparison {
  readonly #before: Side
  readonly #after: Side
  readonly #flips = new Map<string, Flip>()
  readonly #unknown = new Map<string, Unknown>()
  unchanged = 0
  /** Calls that something else refused, before policies were asked or beside them. */
  refusedOtherwise = 0

  constructor(before: Side, after: Side) {
    this.#before = before
    this.#after = after
  }

  /** The most calls first. */
  get flips(): readonly Flip[] {
    return [...this.#flips.values()].sort((a, b) => b.calls - a.calls)
  }

  get unknown(): readonly Unknown[] {
    return [...this.#unknown.values()].sort((a, b) => b.calls - a.calls)
  }

  add(event: CallEvent): void {
    if (isUnasked(event)) {
      this.refusedOtherwise++
      return
    }
    const [before, after] = [this.#before(event), this.#after(event)]
    if (before === undefined || after === undefined)
      this.#addUnknown(event, ['an operation of that name on both sides'])
    else if (before.source === after.source) this.unchanged++
    else this.#compare(event, before.answer(event), after.answer(event))
  }

  #compare(event: CallEvent, before: PolicyAnswer, after: PolicyAnswer): void {
    if (before.allowed !== undefined && after.allowed !== undefined) {
      if (before.allowed === after.allowed) this.unchanged++
      else this.#addFlip(event, before.by, after.by, after.allowed)
      return
    }
    const missing = [before, after].flatMap(answer => (answer.allowed === undefined ? answer.unknown : []))
    this.#addUnknown(event, [...new Set(missing)].sort())
  }

  #addFlip(event: CallEvent, before: readonly string[], after: readonly string[], isAllowed: boolean): void {
    const { api = '', operation = '', id, time } = event
    const caller = callerOf(event)
    const key = JSON.stringify([isAllowed, api, operation, caller, before, after])
    const known = this.#flips.get(key)
    if (known === undefined)
      this.#flips.set(key, {
        ...{ from: wordFor(!isAllowed), to: wordFor(isAllowed), api, operation, caller, before, after },
        ...{ calls: 1, ids: [id], first: time, last: time },
      })
    else {
      known.calls++
      known.ids.push(id)
      known.last = time
    }
  }

  #addUnknown({ api = '', operation = '', id }: CallEvent, missing: readonly string[]): void {
    const key = JSON.stringify([api, operation, missing])
    const known = this.#unknown.get(key)
    if (known === undefined) this.#unknown.set(key, { api, operation, missing, calls: 1, ids: [id] })
    else {
      known.calls++
      known.ids.push(id)
    }
  }
}

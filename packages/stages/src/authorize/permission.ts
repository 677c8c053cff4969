import { type BodyCondition, type Call, Problem, type Target } from '@sallyport/core'
import {
  type BodyTest,
  type Entry,
  type JudgedPath,
  type JudgedRequest,
  judge,
  Unjudgeable,
  Work,
} from '@sallyport/tokens'
import { connectionNames } from '../forward/hop-by-hop.ts'
import { depthOf, pathBelow } from '../forward/upstream-target.ts'
import { queryText } from '../identify/present.ts'

type Pair = readonly [name: string, value: string]

function pairOf(text: string): Pair {
  const at = text.indexOf('=')
  return at < 0 ? [queryText(text), ''] : [queryText(text.slice(0, at)), queryText(text.slice(at + 1))]
}

/**
 * Names and values, decoded as they are for credentials; pairs that hold nothing are none. A plus is a blank to some servers and itself
 * to others: it stands once for each, so that a condition must hold for both.
 */
function queryPairs(query: string | undefined): Pair[] {
  if (query === undefined) return []
  const written = query.split('&').filter(pair => pair !== '')
  return written.flatMap(pair =>
    pair.includes('+') ? [pairOf(pair), pairOf(pair.replaceAll('+', '%2B'))] : [pairOf(pair)],
  )
}

function pathsOf(target: Target, apiPath: string): JudgedPath[] {
  const depth = depthOf(apiPath)
  const text = pathBelow(target.path, depth)
  const path = { text, segments: target.segments.slice(depth) }
  if (target.slashed === undefined) return [path]
  return [path, { text: text.replace(/%2f/gi, '/'), segments: target.slashed.slice(depth) }]
}

/** A call as permissions see it: what is forwarded, without the API's own prefix. */
class Forwarded implements JudgedRequest {
  readonly method: string
  readonly paths: readonly JudgedPath[]
  readonly matrix: boolean
  readonly asked: readonly string[]
  readonly #call: Call

  constructor(call: Call, apiPath: string) {
    const { method, target } = call
    this.method = method
    this.paths = pathsOf(target, apiPath)
    this.matrix = target.matrix
    this.asked = call.asked ?? []
    this.#call = call
  }

  query(): readonly Pair[] {
    return queryPairs(this.#call.target.query)
  }

  header(name: string): readonly string[] {
    const { headers } = this.#call
    return connectionNames(headers).has(name) ? [] : headers.all(name)
  }
}

const refused = (reason: string) => new Problem('not-permitted', {}, reason)

/** What can't be judged isn't permitted. */
function judged<Said>(said: () => Said): Said {
  try {
    return said()
  } catch (error) {
    throw error instanceof Unjudgeable ? refused(error.message) : error
  }
}

const conditionOf =
  (tests: readonly BodyTest[], work: Work): BodyCondition =>
  body =>
    judged(() => tests.some(test => test(body, work)))

type Lists = readonly (readonly Entry[])[]

function conditionsOn(call: Call, apiPath: string, lists: Lists): readonly BodyCondition[] {
  const request = new Forwarded(call, apiPath)
  const work = new Work()
  const conditions: BodyCondition[] = []
  for (const [part, entries] of lists.entries()) {
    const verdict = judge(entries, request, work)
    if (verdict === 'never') throw refused(`${call.method} ${request.paths[0]?.text} is not permitted by part ${part}`)
    if (verdict !== 'always') conditions.push(conditionOf(verdict, work))
  }
  return conditions
}

const anything = () => []

/**
 * What several permissions together say of calls: each must permit. Gives what the body must be besides; throws Problem
 * `not-permitted`.
 */
export function permission(lists: Lists): (call: Call, apiPath: string) => readonly BodyCondition[] {
  if (lists.length === 0) return anything
  return (call, apiPath) => judged(() => conditionsOn(call, apiPath, lists))
}

import { type BodyCondition, type Call, Problem } from '@sallyport/core'
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
import { upstreamPath } from '../forward/upstream-target.ts'
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

function pathsOf({ target }: Call, apiPath: string): JudgedPath[] {
  const depth = apiPath.split('/').length - 1
  const text = upstreamPath(target.path, { apiPath, keepPath: false }, '')
  const path = { text, segments: target.segments.slice(depth) }
  if (target.slashed === undefined) return [path]
  return [path, { text: text.replace(/%2f/gi, '/'), segments: target.slashed.slice(depth) }]
}

/** A call as permissions see it: what is forwarded, without the API's own prefix. */
function requestOf(call: Call, apiPath: string): JudgedRequest {
  const { method, target, headers } = call
  return {
    ...{ method, paths: pathsOf(call, apiPath), matrix: target.matrix },
    query: () => queryPairs(target.query),
    header: name => (connectionNames(headers).has(name) ? [] : headers.all(name)),
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

/**
 * What several permissions together say of calls: each must permit. Gives what the body must be besides; throws Problem
 * `not-permitted`.
 */
export function permission(
  lists: readonly (readonly Entry[])[],
): (call: Call, apiPath: string) => readonly BodyCondition[] {
  return (call, apiPath) => {
    const request = requestOf(call, apiPath)
    const work = new Work()
    return lists.flatMap((entries, i) => {
      const verdict = judged(() => judge(entries, request, work))
      if (verdict === 'never') throw refused(`${call.method} ${request.paths[0]?.text} is not permitted by part ${i}`)
      return verdict === 'always' ? [] : [conditionOf(verdict, work)]
    })
  }
}

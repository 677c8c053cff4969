import type { BodyTest } from './body-schema.ts'
import type { Work } from './work.ts'

/** One path as a permission sees it, after the API's own prefix. */
export interface JudgedPath {
  /** As it is forwarded, percent-encoded. */
  readonly text: string
  /** Percent-decoded, for templates. */
  readonly segments: readonly string[]
}

/** What permissions are judged by, which is what is forwarded. */
export interface JudgedRequest {
  readonly method: string
  /** One path; where some segment holds `%2F`, the path with it decoded too. An entry must hold for all. */
  readonly paths: readonly JudgedPath[]
  /** Some segment holds `;`. */
  readonly matrix: boolean
  /** What its message asks for, where its operation is told by that: `tools/call search_items`. */
  readonly asked: readonly string[]
  /** Decoded names and values, in order. */
  query(): readonly (readonly [name: string, value: string])[]
  /** Every value of a field that crosses. `name` in lower case. */
  header(name: string): readonly string[]
}

/** One entry of a permission. */
export interface Entry {
  /** Method, path, query, header fields and what is asked for. */
  holds(request: JudgedRequest, work: Work): boolean
  /** What the body must be besides. */
  readonly body: BodyTest | undefined
}

/** What is permitted: `never`, `always`, or where one of these says so of the body. */
export type Verdict = 'never' | 'always' | readonly BodyTest[]

/** One entry is enough. No entries permit nothing. */
export function judge(entries: readonly Entry[], request: JudgedRequest, work: Work): Verdict {
  const bodies: BodyTest[] = []
  for (const entry of entries) {
    if (!entry.holds(request, work)) continue
    if (entry.body === undefined) return 'always'
    bodies.push(entry.body)
  }
  return bodies.length === 0 ? 'never' : bodies
}

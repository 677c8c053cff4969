import { nearest } from '@sallyport/core'
import { type Finding, missingKey, unknownKeys, wrongKey } from './explain-keys.ts'
import {
  hiddenOf,
  type Issue,
  type IssueOf,
  keysOf,
  optionsOf,
  pathOf,
  type Schema,
  schemasAt,
  unionsOf,
  valuesOf,
  wordsFor,
} from './introspect.ts'
import { type Mistake, type MistakeDetail, mistakeAt } from './mistake.ts'
import { describe, plainValue } from './plain.ts'
import { nodeAt, type Path, pathText, type Tree } from './tree.ts'
import { branchMeant, mayBeFor } from './union.ts'
import { wordsForIssue } from './words.ts'
import { rereadScalar } from './yaml.ts'

/** zod's issues as mistakes: each with its place, in plain words, of a union only what its likeliest branch says. */
export function explain(issues: readonly Issue[], tree: Tree, schema: Schema): Mistake[] {
  const explanation = new Explanation(tree, hiddenOf(schema))
  const findings = issues.flatMap(issue => explanation.of(issue, schema, []))
  const causes = new Set(findings.flatMap(finding => finding.causes ?? []))
  return findings.filter(({ follows }) => follows === undefined || !causes.has(follows)).map(({ mistake }) => mistake)
}

class Explanation {
  readonly #tree: Tree
  readonly #isHidden: (path: Path) => boolean

  constructor(tree: Tree, isHidden: (path: Path) => boolean) {
    this.#tree = tree
    this.#isHidden = isHidden
  }

  /** `schema` judged the part at `above`, where the issue's own path begins. */
  of(issue: Issue, schema: Schema, above: Path): Finding[] {
    const path = [...above, ...pathOf(issue)]
    const node = nodeAt(this.#tree, path)
    const schemas = schemasAt(schema, pathOf(issue))
    if (node === undefined) return [missingKey(this.#tree, issue, schemas, path)]
    if (node.kind === 'scalar' && node.broken) return []
    if (issue.code === 'unrecognized_keys' && node.kind === 'map') {
      return unknownKeys(this.#tree, issue.keys, node, schemas, path)
    }
    if (issue.code === 'invalid_key') return [wrongKey(this.#tree, issue, path)]
    if (issue.code === 'invalid_union') return this.#union(issue, schemas, path, node)
    if (issue.code === 'invalid_value') return [this.#value(wordsForIssue(issue), issue.values, path, node)]
    if (issue.code === 'custom' && node.kind === 'map') {
      return [{ ...this.#at(path, node, wordsForIssue(issue)), follows: pathText(path) }]
    }
    return [this.#form(issue, schemas, path, node)]
  }

  #at(path: Path, node: Tree, message: string, detail: MistakeDetail = {}): Finding {
    const found = describe(node, this.#isHidden(path))
    return { mistake: mistakeAt(this.#tree, path, message, { found, ...detail }) }
  }

  /** A value that is none of the listed ones. */
  #value(message: string, values: readonly unknown[], path: Path, node: Tree): Finding {
    const allowed = values.map(String)
    const quoted = node.kind === 'scalar' && typeof node.value === 'string' && allowed.includes(node.value)
    return this.#at(path, node, quoted ? `${message}, without quotes` : message, {
      allowed: allowed.length > 1 ? allowed : undefined,
      nearest: quoted ? undefined : this.#nearest(allowed, path, node),
    })
  }

  /** Says nothing of a value that must not be shown: what it is near to would tell it. */
  #nearest(allowed: readonly string[], path: Path, node: Tree): string | undefined {
    if (node.kind !== 'scalar' || node.sources.length > 0 || this.#isHidden(path)) return undefined
    return typeof node.value === 'string' ? nearest(node.value, allowed) : undefined
  }

  /** A value of the wrong type or form; where a union lists values as well, they are named beside it. */
  #form(issue: Issue, schemas: readonly Schema[], path: Path, node: Tree): Finding {
    const listed = schemas.flatMap(optionsOf).flatMap(option => valuesOf(option) ?? [])
    const words = wordsForIssue(issue) + quotesHint(issue, node)
    if (listed.length === 0 || issue.code === 'invalid_type') return this.#at(path, node, words)
    const message = `${words}, or ${listed.map(value => JSON.stringify(value)).join(' or ')}`
    return this.#at(path, node, message, { nearest: this.#nearest(listed.map(String), path, node) })
  }

  #union(issue: IssueOf<'invalid_union'>, schemas: readonly Schema[], path: Path, node: Tree): Finding[] {
    const { errors, message } = issue
    const branches = schemas.flatMap(unionsOf).find(found => found.length === errors.length)
    if ('options' in issue && issue.options !== undefined) {
      return [this.#value('unknown value', issue.options, path, node)]
    }
    if (message !== '' || branches === undefined) return [this.#at(path, node, wordsForIssue(issue))]
    const options = branches.flatMap(optionsOf)
    if (node.kind === 'scalar') return this.#scalarUnion(errors, branches, path, node)
    const named = options.filter(option => keysOf(option).length > 0)
    if (node.kind === 'map' && named.length > 0 && !options.some(option => mayBeFor(option, node))) {
      if (node.entries.size > 0) return unknownKeys(this.#tree, [...node.entries.keys()], node, named, path)
      return [this.#at(path, node, 'must have one of these keys', { allowed: named.flatMap(keysOf) })]
    }
    const chosen = branchMeant(branches, errors, node)
    if (chosen === undefined) return [this.#at(path, node, `must be ${wordsFor(options)}`)]
    return this.#branch(errors[chosen] ?? [], branches, chosen, path, node)
  }

  #branch(issues: readonly Issue[], branches: readonly Schema[], chosen: number, path: Path, node: Tree): Finding[] {
    const schema = branches[chosen]
    if (schema === undefined) return []
    return issues.flatMap(issue => {
      const here = issue.code === 'unrecognized_keys' && issue.path.length === 0 && node.kind === 'map'
      return here ? unknownKeys(this.#tree, issue.keys, node, branches, path) : this.of(issue, schema, path)
    })
  }

  #scalarUnion(errors: readonly Issue[][], branches: readonly Schema[], path: Path, node: Tree): Finding[] {
    const options = branches.flatMap(optionsOf)
    const listed = options.flatMap(option => valuesOf(option) ?? [])
    if (options.every(valuesOf)) return [this.#value('unknown value', listed, path, node)]
    const meant = this.#nearest(listed.map(String), path, node)
    // A text of a branch's type, wrong only in its form: what that branch says helps most.
    const chosen = errors.findIndex(issues => issues.every(({ code }) => !ofAnotherType.has(code)))
    if (meant === undefined && chosen !== -1) return this.#branch(errors[chosen] ?? [], branches, chosen, path, node)
    return [this.#at(path, node, `must be ${wordsFor(options)}`, { nearest: meant })]
  }
}

const ofAnotherType: ReadonlySet<Issue['code']> = new Set(['invalid_type', 'invalid_value', 'invalid_union'])

/** YAML takes `8080` for a number and `"8080"` for text; which one stands there is easily overlooked. */
function quotesHint(issue: Issue, node: Tree): string {
  if (issue.code !== 'invalid_type' || node.kind !== 'scalar' || node.sources.length > 0) return ''
  const type = typeof plainValue(node)
  if (issue.expected === 'string') return type === 'number' || type === 'boolean' ? ', in quotes' : ''
  const reread = typeof node.value === 'string' ? rereadScalar(node.value) : undefined
  return typeof reread === issue.expected ? ', without quotes' : ''
}

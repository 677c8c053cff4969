import type { Guard } from '@sallyport/core'
import { type Description, describe } from '@sallyport/stages'
import type { OpenApiOperation } from '../openapi/read.ts'
import { parameterName } from '../openapi/template.ts'
import type { Path, Tree } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import { jsonOf } from './documents.ts'
import type { LevelRule } from './levels.ts'

type GuardRule = LevelRule<Guard>

/** Rules about what an API's OpenAPI document says: made for each operation. The document is read when the first of them needs it. */
export class DescribedRules {
  readonly #tree: Tree | undefined
  readonly #path: Path
  readonly #work: Compilation
  readonly #told = new Set<string>()
  #description: Description | undefined
  #worked = false

  /** `path` leads to the API. */
  constructor(tree: Tree | undefined, path: Path, work: Compilation) {
    this.#tree = tree
    this.#path = path
    this.#work = work
  }

  /** Whether a document was looked at since this was asked: enough work to let calls go on. */
  hasWorked(): boolean {
    const worked = this.#worked
    this.#worked = false
    return worked
  }

  /** The rules of an operation, ready to be made. What can't be is a mistake. */
  made<Rule extends GuardRule>(
    rules: readonly Rule[],
    documented: OpenApiOperation | undefined,
    id: string,
  ): readonly Rule[] {
    if (rules.every(rule => rule.described === undefined)) return rules
    return rules.map(rule => (rule.described === undefined ? rule : this.#made(rule, rule.described, documented, id)))
  }

  #made<Rule extends GuardRule>(
    rule: Rule,
    described: NonNullable<GuardRule['described']>,
    documented: OpenApiOperation | undefined,
    id: string,
  ): Rule {
    if (documented === undefined || this.#tree === undefined) {
      this.#wrong(
        `no OpenAPI document describes ${id}, by which it is to be judged; without: [${rule.name}] lets it be`,
      )
      return rule
    }
    this.#worked = true
    this.#description ??= describe(jsonOf(this.#tree))
    try {
      return { ...rule, create: described(this.#description.operation(documented.path, parameterName)) }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.#wrong(`calls can't be judged by this document: ${error.message}`)
      return rule
    }
  }

  /** What operations share is told once. */
  #wrong(message: string): void {
    if (!this.#told.has(message)) this.#work.mistake([...this.#path, 'openapi'], message)
    this.#told.add(message)
  }
}

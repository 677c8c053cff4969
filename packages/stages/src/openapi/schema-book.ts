import { setImmediate } from 'node:timers/promises'
import { type Json, Registry } from '@sallyport/core'
import type { Ajv2020, AnySchema, ValidateFunction } from 'ajv/dist/2020.js'
import { newAjv } from '../schemas/dialect.ts'
import { allFaults, type Faults, firstFault, isSmall } from '../schemas/faults.ts'
import { isObject, type OpenApiDocument, type Part } from './document.ts'
import { type Direction, translate } from './translate.ts'

/** What is wrong with a value; undefined where nothing is. */
export type LateJudge = (value: unknown) => Promise<Faults | undefined>

/** A schema as it was translated, and those that it refers to. */
interface Page {
  readonly schema: AnySchema
  readonly refers: ReadonlySet<string>
}

/** The first stops at the first fault, the other at none. */
const compilers = {
  quick: () => newAjv({ strict: false }),
  thorough: () => newAjv({ strict: false, allErrors: true }),
}

const isSchema = (json: Json): json is boolean | { [keyword: string]: Json } =>
  typeof json === 'boolean' || isObject(json)

/**
 * The schemas of a document for one direction, each translated once and compiled when a call first needs it, in pieces between which other
 * calls go on.
 */
export class SchemaBook {
  readonly #document: OpenApiDocument
  readonly #direction: Direction
  readonly #ids = new Map<Json, string>()
  readonly #pages = new Map<string, Page>()
  readonly #compilers = new Registry<Ajv2020>()

  constructor(document: OpenApiDocument, direction: Direction) {
    this.#document = document
    this.#direction = direction
  }

  /** Throws TypeError where the part is no schema, or can't be judged by. */
  judgeOf(part: Part): LateJudge {
    const id = this.#idOf(part)
    const makeQuick = this.#once('quick', id)
    const makeThorough = this.#once('thorough', id)
    return async value => {
      const first = firstFault(await makeQuick(), value)
      if (first === undefined || !isSmall(value)) return first
      return allFaults(first, await makeThorough(), value)
    }
  }

  #idOf(part: Part): string {
    const known = this.#ids.get(part.json)
    if (known !== undefined) return known
    const id = `schema:${this.#ids.size}`
    this.#ids.set(part.json, id)
    const refers = new Set<string>()
    const refer = (target: Part) => {
      const referred = this.#idOf(target)
      refers.add(referred)
      return referred
    }
    const schema = translate(part, { document: this.#document, direction: this.#direction, refer })
    if (isSchema(schema)) this.#pages.set(id, { schema, refers })
    return id
  }

  async #compile(ajv: Ajv2020, id: string): Promise<ValidateFunction> {
    const order = this.#leavesFirst(id)
    for (const next of order) {
      const page = this.#pages.get(next)
      if (page !== undefined && ajv.schemas[next] === undefined) ajv.addSchema(page.schema, next)
    }
    for (const next of order) {
      await setImmediate()
      ajv.getSchema(next)
    }
    const validate = ajv.getSchema(id)
    if (validate === undefined) throw new Error(`there is no ${id}`)
    return validate
  }

  /** One compilation a schema, whoever needs it. */
  #once(thoroughness: keyof typeof compilers, id: string): () => Promise<ValidateFunction> {
    let made: Promise<ValidateFunction> | undefined
    return () => {
      made ??= this.#compile(this.#compilers.get(thoroughness, compilers[thoroughness]), id)
      return made
    }
  }

  /** A schema after those that it refers to, which are small by themselves. */
  #leavesFirst(id: string): Set<string> {
    const passed = new Set<string>()
    const order = new Set<string>()
    const open: { readonly id: string; readonly left: Iterator<string> }[] = []
    const enter = (next: string) => {
      passed.add(next)
      open.push({ id: next, left: (this.#pages.get(next)?.refers ?? new Set()).values() })
    }
    enter(id)
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { value, done } = top.left.next()
      if (done === true) {
        order.add(top.id)
        open.pop()
      } else if (!passed.has(value)) enter(value)
    }
    return order
  }
}

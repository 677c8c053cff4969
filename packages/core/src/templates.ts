import { MixedSegments } from './mixed-segments.ts'
import { readParameters, readTemplate, type Template, TemplateError, type TemplateSegment } from './template.ts'

export { readTemplate, type Template, TemplateError, type TemplateSegment } from './template.ts'

export interface TemplateEntry<T> {
  readonly template: string
  readonly value: T
}

export interface TemplateMatch<T> {
  readonly value: T
  /** The template as it was written. */
  readonly template: string
  /** What each parameter holds, decoded; a tail's segments are joined by `/`. Without prototype. */
  readonly parameters: Readonly<Record<string, string>>
  /** The template has a literal `;`. Where it has none, a target with `matrix` must be refused. */
  readonly matrix: boolean
}

/** More nodes than any sane set of templates needs for one path; each takes well under a microsecond. */
const stepsMax = 1000

/**
 * Finds the most specific template for a path. Segment by segment from the left, a literal goes before text mixed
 * with parameters (see MixedSegments for their order), that before a parameter, that before a tail; a less specific
 * one is tried where the rest of the path doesn't fit.
 *
 * The cost of a match doesn't depend on the number of templates: children are looked up, a node is looked at once,
 * and templates that overlap so much that a path could make it look at more than 1,000 nodes don't load.
 */
export class TemplateTable<T> {
  /** The most nodes that any path can make `match` look at. */
  readonly steps: number
  readonly #root = new Node<T>()

  /**
   * Throws TemplateError for a bad template; for two that match the same paths, though they name their parameters
   * differently (OpenAPI calls them identical and invalid); and for templates that overlap too much.
   */
  constructor(entries: Iterable<TemplateEntry<T>>) {
    const texts = new Map<string, string>()
    for (const { template: text, value } of entries) {
      const template = readTemplate(text)
      const other = texts.get(template.shape)
      if (other !== undefined) {
        throw new TemplateError(`the path templates "${other}" and "${text}" match the same paths`, 0)
      }
      texts.set(template.shape, text)
      this.#root.add(template, value)
    }
    this.steps = this.#root.steps()
    if (this.steps > stepsMax) {
      throw new TemplateError(`the path templates overlap so much that one path may take ${this.steps} steps`, 0)
    }
  }

  /** `segments` are percent-decoded, as `readTarget` gives them; a parameter holds any but an empty one. */
  match(segments: readonly string[]): TemplateMatch<T> | undefined {
    const leaf = this.#root.find(segments, 0)
    if (leaf === undefined) return undefined
    const parameters = parametersOf(leaf, segments)
    return parameters === noParameters ? leaf.match : { ...leaf.match, parameters }
  }
}

/** A segment of a template that holds parameters, and where it stands. */
interface Held {
  readonly depth: number
  readonly part: TemplateSegment
}

interface Leaf<T> {
  readonly template: Template
  readonly held: readonly Held[]
  /** The answer, but for the parameters of a template that has some. */
  readonly match: TemplateMatch<T>
}

/** All templates that begin with the same segments. */
class Node<T> {
  readonly #literals = new Map<string, Node<T>>()
  #mixed: MixedSegments<Node<T>> | undefined
  #parameter: Node<T> | undefined
  #tail: Leaf<T> | undefined
  #leaf: Leaf<T> | undefined

  add(template: Template, value: T, depth = 0): void {
    const segment = template.segments[depth]
    if (segment === undefined) this.#leaf = leafOf(template, value)
    else if (segment.tail) this.#tail = leafOf(template, value)
    else this.#child(segment).add(template, value, depth + 1)
  }

  #child(segment: TemplateSegment): Node<T> {
    const [literal = ''] = segment.texts
    if (segment.names.length === 0) {
      const child = this.#literals.get(literal) ?? new Node<T>()
      this.#literals.set(literal, child)
      return child
    }
    if (segment.texts.every(text => text === '')) {
      this.#parameter ??= new Node()
      return this.#parameter
    }
    this.#mixed ??= new MixedSegments()
    return this.#mixed.getOrAdd(segment, () => new Node())
  }

  find(segments: readonly string[], depth: number): Leaf<T> | undefined {
    const segment = segments[depth]
    if (segment === undefined) return fitting(this.#leaf, segments)
    const next = depth + 1
    const literal = this.#literals.get(segment)?.find(segments, next)
    if (literal !== undefined || segment === '') return literal
    return (
      this.#mixed?.firstFit(segment, child => child.find(segments, next)) ??
      this.#parameter?.find(segments, next) ??
      fitting(this.#tail, segments)
    )
  }

  /** The most nodes that one path can lead through here: one literal, and all else that can fit one segment. */
  steps(): number {
    let literal = 0
    for (const child of this.#literals.values()) literal = Math.max(literal, child.steps())
    const mixed = this.#mixed?.greatestCost(child => child.steps()) ?? 0
    return 1 + literal + mixed + (this.#parameter?.steps() ?? 0)
  }
}

const noParameters: Readonly<Record<string, string>> = Object.freeze(Object.create(null))

function leafOf<T>(template: Template, value: T): Leaf<T> {
  const { text, matrix } = template
  const held = template.segments.flatMap((part, depth) => (part.names.length === 0 ? [] : [{ depth, part }]))
  return { template, held, match: Object.freeze({ value, template: text, parameters: noParameters, matrix }) }
}

/** In a template for matrix parameters each `;` must stand where the template has it, so no parameter may hold one. */
function fitting<T>(leaf: Leaf<T> | undefined, segments: readonly string[]): Leaf<T> | undefined {
  if (leaf?.template.matrix !== true) return leaf
  return Object.values(parametersOf(leaf, segments)).some(held => held.includes(';')) ? undefined : leaf
}

function parametersOf<T>({ held }: Leaf<T>, segments: readonly string[]): Readonly<Record<string, string>> {
  if (held.length === 0) return noParameters
  const parameters = Object.create(null) as Record<string, string>
  for (const { depth, part } of held) {
    const text = segments[depth] ?? ''
    const values = part.tail ? [segments.slice(depth).join('/')] : readParameters(part, text)
    for (const [index, name] of part.names.entries()) parameters[name] = values?.[index] ?? ''
  }
  return parameters
}

import { readParameters, shapeOf, type TemplateSegment } from './template.ts'

/**
 * Values kept for segments that mix text with parameters, such as `v{major}.json`. A text is looked up by its ends,
 * so the cost depends on how many lengths the ends have and on segments with equal ends, not on how many there are.
 */
export class MixedSegments<V> {
  readonly #groups: Group<V>[] = []

  /** The value kept for the segment's shape, made where there is none yet. */
  getOrAdd(segment: TemplateSegment, make: () => V): V {
    const ends = endsOf(segment)
    const group = this.#group(ends.first.length, ends.last.length)
    const alike = group.byEnds.get(ends.first + ends.last) ?? []
    group.byEnds.set(ends.first + ends.last, alike)
    const kept = alike.find(entry => shapeOf(entry.segment) === shapeOf(segment))
    if (kept !== undefined) return kept.value
    const value = make()
    alike.push({ segment, value })
    alike.sort(moreTextFirst)
    return value
  }

  /**
   * What `use` makes of the first value, most specific first, whose segment fits the text and that gives something:
   * the longer first text goes before the shorter, then the longer last text, then more text between.
   */
  firstFit<R>(text: string, use: (value: V) => R | undefined): R | undefined {
    for (const { first, last, byEnds } of this.#groups) {
      if (text.length <= first + last) continue
      const alike = byEnds.get(text.slice(0, first) + text.slice(text.length - last))
      if (alike === undefined) continue
      for (const { segment, value } of alike) {
        const found = readParameters(segment, text) && use(value)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  /** The most that all values can cost together that fit one text. */
  greatestCost(cost: (value: V) => number): number {
    let sum = 0
    for (const { byEnds } of this.#groups) {
      let greatest = 0
      for (const alike of byEnds.values()) {
        greatest = Math.max(
          greatest,
          alike.reduce((whole, { value }) => whole + cost(value), 0),
        )
      }
      sum += 1 + greatest
    }
    return sum
  }

  #group(first: number, last: number): Group<V> {
    const found = this.#groups.find(group => group.first === first && group.last === last)
    if (found !== undefined) return found
    const group = { first, last, byEnds: new Map() }
    this.#groups.push(group)
    this.#groups.sort((a, b) => b.first - a.first || b.last - a.last)
    return group
  }
}

/** Segments whose first texts are equally long, and their last texts too. */
interface Group<V> {
  readonly first: number
  readonly last: number
  /** By first and last text in one. */
  readonly byEnds: Map<string, Entry<V>[]>
}

interface Entry<V> {
  readonly segment: TemplateSegment
  readonly value: V
}

const endsOf = ({ texts }: TemplateSegment) => ({ first: texts[0] ?? '', last: texts.at(-1) ?? '' })

/** Equal text lengths are put in the order of their shapes, so that nothing hangs on the order of a file. */
function moreTextFirst(a: Entry<unknown>, b: Entry<unknown>): number {
  const more = b.segment.texts.join('').length - a.segment.texts.join('').length
  return more || (shapeOf(a.segment) < shapeOf(b.segment) ? -1 : 1)
}

import type { PlacedJson, View } from '@sallyport/core'
import { type Edit, edited } from '../../edits.ts'
import { Document } from '../../fields/document.ts'
import type { Action } from './actions.ts'
import type { JsonRule } from './rules.ts'

/** What is done to which values, by their numbers. */
type Decided = ReadonlyMap<number, Action>

function* matchesOf({ find, records, scope, action }: JsonRule, document: Document, view: View) {
  const found = find(document)
  const within = records && new Set(records(document))
  for (const id of found) {
    const related = scope.relations.length > 0
    const match = related ? { document, record: document.recordOf(id, within) } : undefined
    if (scope.holds(view, match)) yield [id, action] as const
  }
}

function decide(document: Document, rules: readonly JsonRule[], view: View): Decided {
  const decided = new Map<number, Action>()
  for (const rule of rules) {
    for (const [id, action] of matchesOf(rule, document, view)) {
      const before = decided.get(id)
      if (before === undefined || action.rank < before.rank) decided.set(id, action)
    }
  }
  return decided
}

/** Which stretch goes with a value: its member, and the comma to what stays beside it. `leading` are those that went, all before them too. */
function removal(placed: PlacedJson, id: number, leading: Set<number>): Edit {
  const { from, to } = placed.place(id)
  const previous = placed.previous(id)
  if (previous !== undefined && !leading.has(previous)) return { from: placed.place(previous).to, to, text: '' }
  leading.add(id)
  const next = placed.next(id)
  return { from, to: next === undefined ? to : placed.place(next).from, text: '' }
}

/** In the order of the text, none within another. */
function editsOf(placed: PlacedJson, decided: Decided): Edit[] {
  const edits: Edit[] = []
  const leading = new Set<number>()
  let done = 0
  for (const [id, action] of [...decided].sort(([one], [other]) => one - other)) {
    const { at, to } = placed.place(id)
    if (at < done) continue
    done = to
    const text = action.write(placed.written(id))
    edits.push(text === undefined ? removal(placed, id, leading) : { from: at, to, text })
  }
  return edits
}

/**
 * A JSON text as a caller may see it: what isn't redacted keeps its bytes. Throws JsonError where the text isn't strict JSON of a million
 * values at the most, TooLarge where a filter has too much to look at.
 */
export function redactJson(text: string, rules: readonly JsonRule[], view: View): string {
  const document = new Document(text)
  const decided = decide(document, rules, view)
  if (decided.size === 0) return text
  return edited(text, editsOf(document.placed, decided))
}

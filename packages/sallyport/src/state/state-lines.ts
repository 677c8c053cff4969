import { type Json, JsonError, readJson, type StateChanges } from '@sallyport/core'

/** Values by key, rule by rule. */
export type Kept = Map<string, Map<string, Json>>

/** What changed together for one rule. */
export interface Change {
  readonly rule: string
  readonly changes: StateChanges
}

type Entry = readonly [key: string, value?: Json]

/** One line a change: `{"rule":"dns ownership","changes":[["key",value],["key that went"]]}`. */
export function lineOf({ rule, changes }: Change): string {
  const entries = [...changes].map(([key, value]): Entry => (value === undefined ? [key] : [key, value]))
  return `${JSON.stringify({ rule, changes: entries })}\n`
}

function entryOf(written: Json): Entry {
  if (!Array.isArray(written) || written.length < 1 || written.length > 2)
    throw new JsonError('not a key and a value', 0)
  const [key, value] = written
  if (typeof key !== 'string') throw new JsonError('a key that is no text', 0)
  return value === undefined ? [key] : [key, value]
}

function changeIn(line: string): Change {
  const written = readJson(line)
  if (typeof written !== 'object' || written === null || Array.isArray(written)) throw new JsonError('not a change', 0)
  const { rule, changes } = written
  if (typeof rule !== 'string' || !Array.isArray(changes)) throw new JsonError('a change without rule or changes', 0)
  return { rule, changes: new Map(changes.map(entryOf).map(([key, value]) => [key, value])) }
}

export function apply(kept: Kept, { rule, changes }: Change): void {
  const values = kept.get(rule) ?? new Map<string, Json>()
  kept.set(rule, values)
  for (const [key, value] of changes) {
    if (value === undefined) values.delete(key)
    else values.set(key, value)
  }
}

/** What a file of changes comes to. `text` ends with a whole line. Throws JsonError, naming the line. */
export function keptIn(text: string): { readonly kept: Kept; readonly lines: number } {
  const kept: Kept = new Map()
  const lines = text.split('\n').slice(0, -1)
  for (const [i, line] of lines.entries()) {
    try {
      apply(kept, changeIn(line))
    } catch (error) {
      if (error instanceof JsonError) throw new JsonError(`line ${i + 1}: ${error.message}`, error.offset)
      throw error
    }
  }
  return { kept, lines: lines.length }
}

/** The fewest lines that come to the same. */
export function linesOf(kept: Kept): string {
  return [...kept]
    .filter(([, values]) => values.size > 0)
    .map(([rule, changes]) => lineOf({ rule, changes }))
    .join('')
}

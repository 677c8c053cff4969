import type { Json } from '@sallyport/core'
import { type Pinned, textAt, type Value } from './value.ts'

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** The keys and texts of a JSON document, each at its pointer (RFC 6901). Without recursion, however deep it is. */
export function* valuesOfJson(document: Json, isPinned: Pinned): Generator<Value> {
  const open: { readonly pointer: string; readonly value: Json }[] = [{ pointer: '', value: document }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { pointer, value } = next
    if (typeof value === 'string') {
      if (!isPinned(pointer)) yield textAt(`json:${pointer}`, value)
    } else if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) open.push({ pointer: `${pointer}/${i}`, value: item })
    } else if (value !== null && typeof value === 'object') {
      for (const [key, member] of Object.entries(value)) {
        yield textAt('json-key', key)
        open.push({ pointer: `${pointer}/${escaped(key)}`, value: member })
      }
    }
  }
}

import { decode } from '../decode.ts'
import { nothing, type Pinned, textAt, type Value } from './value.ts'

/** A name or a value as a backend reads it (WHATWG URL section 5.1), what is no UTF-8 too. */
function plain(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return decode(spaced)
  }
}

/** What a name never holds: then it may be a text of its own, which `=` only happens to stand in. */
const isNoName = /[\s'"`;()<>|]/

/** The names and values of a query or a form; values at pinned names are left out. */
export function* pairsIn(text: string, where: 'query' | 'form', isPinned: Pinned = nothing): Generator<Value> {
  for (const pair of text.split('&')) {
    const mark = pair.indexOf('=')
    const name = plain(mark < 0 ? pair : pair.slice(0, mark))
    const value = mark < 0 ? '' : plain(pair.slice(mark + 1))
    if (name !== '') yield { at: `${where}-name`, text: name, place: 'parameter' }
    if (value === '' || isPinned(name)) continue
    yield textAt(`${where}:${name}`, value)
    if (isNoName.test(name)) yield textAt(`${where}-name`, `${name}=${value}`)
  }
}

import { decode } from '../decode.ts'
import { textAt, type Value } from './value.ts'

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

/** The names and values of a query or a form. */
export function* pairsIn(text: string, where: 'query' | 'form'): Generator<Value> {
  for (const pair of text.split('&')) {
    const mark = pair.indexOf('=')
    const name = plain(mark < 0 ? pair : pair.slice(0, mark))
    if (name !== '') yield textAt(`${where}-name`, name)
    if (mark >= 0 && mark < pair.length - 1) yield textAt(`${where}:${name}`, plain(pair.slice(mark + 1)))
  }
}

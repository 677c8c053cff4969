import { createHmac } from 'node:crypto'
import type { Json } from '@sallyport/core'

/** What becomes of a value, as it is written. */
export type WrittenAction =
  | { readonly kind: 'remove' }
  | { readonly kind: 'replace'; readonly value: Json }
  | { readonly kind: 'hash' }
  | { readonly kind: 'mask'; readonly first: number; readonly last: number }
  | { readonly kind: 'truncate'; readonly most: number }

/** Of several for one value the strongest is taken: the first of these. */
const strongestFirst: readonly WrittenAction['kind'][] = ['remove', 'replace', 'hash', 'mask', 'truncate']

export interface Action {
  /** Lower is stronger. */
  readonly rank: number
  /** What stands in the value's place, as JSON; undefined where it goes altogether. */
  write(written: string): string | undefined
  /** What stands in a text's place; undefined where it goes altogether. */
  readonly change: Change
  /** Whether what was there doesn't matter. */
  readonly replaces: boolean
}

type Change = (text: string) => string | undefined

/** The text of a JSON text or number. */
function textOf(written: string): string | undefined {
  if (written.startsWith('"')) return String(JSON.parse(written))
  return /^[-\d]/.test(written) ? written : undefined
}

/** Of anything but a text or a number nothing is left. */
function changed(written: string, change: Change): string | undefined {
  const text = textOf(written)
  const left = text === undefined ? undefined : change(text)
  return left === undefined ? undefined : JSON.stringify(left)
}

const hidden = '***'

/** So many characters of the beginning. No more of the text is looked at. */
const headOf = (text: string, count: number): string => [...text.slice(0, count * 2)].slice(0, count).join('')

const tailOf = (text: string, count: number): string =>
  count === 0 ? '' : [...text.slice(-count * 2)].slice(-count).join('')

/** Never more than half of the characters is shown, and never how many there are. */
function masked(text: string, first: number, last: number): string {
  const least = (first + last) * 2
  if ([...text.slice(0, least * 2)].length < least) return hidden
  return headOf(text, first) + hidden + tailOf(text, last)
}

function changeOf(action: WrittenAction, key: Uint8Array): Change {
  switch (action.kind) {
    case 'remove':
      return () => undefined
    case 'replace': {
      const text = typeof action.value === 'string' ? action.value : JSON.stringify(action.value)
      return () => text
    }
    case 'hash':
      return text => createHmac('sha256', key).update(text).digest('base64url')
    case 'mask':
      return text => masked(text, action.first, action.last)
    case 'truncate':
      return text => headOf(text, action.most)
    default:
      action satisfies never
      throw new TypeError('an action of unknown kind')
  }
}

export function makeAction(action: WrittenAction, key: Uint8Array): Action {
  const change = changeOf(action, key)
  const replacement = action.kind === 'replace' ? JSON.stringify(action.value) : undefined
  return {
    rank: strongestFirst.indexOf(action.kind),
    write: written => replacement ?? changed(written, change),
    change,
    replaces: action.kind === 'replace',
  }
}

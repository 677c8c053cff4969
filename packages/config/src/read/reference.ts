import { nearest } from '@sallyport/core'
import { quoted, type Source } from './tree.ts'

export type Reference = Source

/** A text, taken apart: what stands for itself, what refers to something, and what tries to and can't. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | Reference
  | { readonly kind: 'broken'; readonly message: string; readonly nearest?: string }

export const formsOfReference = ['${NAME}', '${file:PATH}', '${secret:NAME}'] as const

/** An escape, a closed reference, or the beginning of one that never ends. */
const marks = /\$\$\{|\$\{[^{}]*\}|\$\{/g

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const { 0: mark, index } of text.matchAll(marks)) {
    if (index > end) pieces.push({ kind: 'text', text: text.slice(end, index) })
    pieces.push(mark === '$${' ? { kind: 'text', text: '${' } : pieceOf(mark))
    end = index + mark.length
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) })
  return pieces
}

function pieceOf(mark: string): Piece {
  if (!mark.endsWith('}')) return { kind: 'broken', message: 'a "${" has no "}" of its own; a literal one is "$${"' }
  const [, form, name = ''] = /^\$\{(?:([^:]*):)?(.*)\}$/s.exec(mark) ?? []
  if (form === undefined) {
    if (/^[A-Za-z_]\w*$/.test(name)) return { kind: 'env', name }
    return { kind: 'broken', message: `${quoted(mark)} does not name an environment variable` }
  }
  if ((form === 'file' || form === 'secret') && name.trim() === name && name !== '') return { kind: form, name }
  const message = `${quoted(mark)} is not a reference`
  const meant = form === 'file' || form === 'secret' ? undefined : nearest(form, ['file', 'secret'])
  return meant === undefined
    ? { kind: 'broken', message }
    : { kind: 'broken', message, nearest: `\${${meant}:${name}}` }
}

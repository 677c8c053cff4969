import { nearest } from '@sallyport/core'
import type { Source } from './tree.ts'

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

/** Mistakes don't repeat what stands between the braces: it may be part of a password that was meant literally. */
function pieceOf(mark: string): Piece {
  if (!mark.endsWith('}')) return { kind: 'broken', message: 'a "${" has no "}" of its own; a literal one is "$${"' }
  const [, form, name = ''] = /^\$\{(?:([^:]*):)?(.*)\}$/s.exec(mark) ?? []
  if (form === undefined) {
    if (/^[A-Za-z_]\w*$/.test(name)) return { kind: 'env', name }
    return { kind: 'broken', message: 'this "${…}" does not name an environment variable' }
  }
  const isForm = form === 'file' || form === 'secret'
  if (isForm && name.trim() === name && name !== '') return { kind: form, name }
  const message = isForm ? `this "\${${form}:…}" names nothing` : 'this "${…:…}" is not a reference'
  const meant = isForm ? undefined : nearest(form, ['file', 'secret'])
  if (meant === undefined) return { kind: 'broken', message }
  return { kind: 'broken', message, nearest: formsOfReference[meant === 'file' ? 1 : 2] }
}

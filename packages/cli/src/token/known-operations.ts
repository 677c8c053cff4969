import type { KnownOperation, Preset } from '@sallyport/config'
import { type Json, nearest } from '@sallyport/core'
import { judgeDry } from '@sallyport/tokens'

const catchAll = '* /{path*}'

function operationIn(text: string): KnownOperation {
  const [, method = '', template = '', asks] = /^(\S+) (\S+)(?: (.+))?$/.exec(text) ?? []
  return { method, template, asks }
}

/** An operation as a permit names it. */
export const knownText = ({ method, template, asks }: KnownOperation): string =>
  `${method} ${template}${asks === undefined ? '' : ` ${asks}`}`

/** Those of paths of which messages are read: elsewhere nothing that is asked for is known. */
function readIn(known: readonly KnownOperation[]): readonly KnownOperation[] {
  const paths = new Set(known.flatMap(({ template, asks }) => (asks === undefined ? [] : [template])))
  return known.filter(({ template }) => paths.has(template))
}

/** All operations that an API has: its own where they are written, else those that its preset lists. Undefined where nobody knows. */
export function knownOperations(
  own: readonly string[],
  preset: Preset | undefined,
): readonly KnownOperation[] | undefined {
  return own.includes(catchAll) ? preset?.operations : own.map(operationIn)
}

/** What parameters are called doesn't matter. */
const nameless = (operation: string) => operation.replace(/\{[^{}]*\}/g, '{}')

/** What is permitted, as it was asked for. */
interface Asked {
  readonly permit?: readonly { readonly [member: string]: Json }[]
  readonly allowed?: readonly string[]
}

interface Unknown {
  readonly permit: string
  /** The operation that was probably meant. */
  readonly nearest: string | undefined
}

/** What permits none of the operations. */
export function unknownPermits({ permit = [], allowed = [] }: Asked, known: readonly KnownOperation[]): Unknown[] {
  const read = readIn(known)
  const byTemplate = permit.map(({ method = '', path = '', asks }) => ({
    text: `${method} ${path}${typeof asks === 'string' ? ` ${asks}` : ''}`,
    claims: { permit: [{ method, path, ...(asks !== undefined && { asks }) }] },
    among: asks === undefined ? known : read,
  }))
  const byPattern = allowed.map(text => ({ text, claims: { allowed: [text] }, among: known }))
  const names = new Map(known.map(one => [nameless(knownText(one)), knownText(one)]))
  return [...byTemplate, ...byPattern].flatMap(({ text, claims, among }) => {
    const isNamed = judgeDry({ parts: [{ claims }] }, among).some(({ verdict }) => verdict !== 'denied')
    return isNamed ? [] : { permit: text, nearest: names.get(nearest(nameless(text), names.keys()) ?? '') }
  })
}

export const unknownText = ({ permit, nearest: near }: Unknown): string =>
  `warning: ${permit} names no operation of this API${near === undefined ? '' : `; did you mean ${near}?`}\n`

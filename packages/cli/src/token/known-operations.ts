import type { KnownOperation, Preset } from '@sallyport/config'
import { type Json, nearest } from '@sallyport/core'
import { judgeDry } from '@sallyport/tokens'

const catchAll = '* /{path*}'

function operationIn(id: string): KnownOperation {
  const [method = '', template = ''] = id.split(' ')
  return { method, template }
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
  const byTemplate = permit.map(({ method = '', path = '' }) => ({
    text: `${method} ${path}`,
    claims: { permit: [{ method, path }] },
  }))
  const byPattern = allowed.map(text => ({ text, claims: { allowed: [text] } }))
  const names = new Map(known.map(one => [nameless(`${one.method} ${one.template}`), `${one.method} ${one.template}`]))
  return [...byTemplate, ...byPattern].flatMap(({ text, claims }) => {
    const isNamed = judgeDry({ parts: [{ claims }] }, known).some(({ verdict }) => verdict !== 'denied')
    return isNamed ? [] : { permit: text, nearest: names.get(nearest(nameless(text), names.keys()) ?? '') }
  })
}

export const unknownText = ({ permit, nearest: near }: Unknown): string =>
  `warning: ${permit} names no operation of this API${near === undefined ? '' : `; did you mean ${near}?`}\n`

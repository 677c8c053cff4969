import type { HeaderList } from '@sallyport/core'
import type { Asked } from './asked.ts'
import type { FieldKindOf } from './fields.ts'
import type { StoredAnswer } from './stored.ts'

/** The fields that an answer depends on, in lower case. A coding is negotiated, whether or not Vary says so. */
export function varyOf(headers: HeaderList): string[] {
  const names = headers.all('vary').flatMap(value => value.split(','))
  const coded = headers.has('content-encoding') ? ['accept-encoding'] : []
  return [...new Set([...names.map(name => name.trim().toLowerCase()), ...coded])].filter(name => name !== '')
}

/** Whether an answer depends on what no other call is told. */
export const isOneCalls = (vary: readonly string[], kindOf: FieldKindOf): boolean =>
  vary.some(name => name === '*' || name === 'traceparent' || ['call', 'caller'].includes(kindOf(name, '')))

/** What of a request selects its answer. Fields that aren't negotiated are part of the key, or weren't told. */
export const selectingIn = (vary: readonly string[], { negotiated }: Asked): StoredAnswer['selecting'] =>
  vary.map(name => [name, negotiated.get(name) ?? ''] as const)

/** Whether an answer is one to this request (RFC 9111 section 4.1). */
export const isSelected = ({ selecting }: StoredAnswer, { negotiated }: Asked): boolean =>
  selecting.every(([name, value]) => (negotiated.get(name) ?? '') === value)

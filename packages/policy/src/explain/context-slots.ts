import type { Value } from '../values/value.ts'
import { addressesFor, textsIn, valuesFor } from './candidates.ts'
import { among, type Found, foundBy, type Named, valueAt } from './found-slot.ts'

export function scopeSlots({ terms: { constants }, setting }: Named): readonly Found[] {
  const scopes = setting.question.context.get('scopes')
  const now = scopes === undefined ? [] : textsIn(scopes)
  return among('scope', [...new Set([...constants.flatMap(textsIn), ...now])], name => now.includes(name))
}

const credentials = ['jwt', 'oauth2', 'apiKey', 'basic', 'magicToken', 'session', 'anonymous']

export function credentialSlot({ terms: { constants }, setting }: Named): Found {
  const now = setting.question.context.get('credential')
  const others = (names: readonly string[]) => names.filter(name => name !== now)
  const candidates = { named: others(constants.flatMap(textsIn)), usual: others(credentials) }
  return foundBy('credential', candidates, value => ({ kind: 'credential', value }))
}

/** For where it is only not to be. */
const someCountries: readonly Value[] = ['US', 'DE']

export function countrySlot({ path, terms, setting: { question } }: Named): Found {
  const now = valueAt(path, question)
  const { named } = valuesFor('text', terms, now, [])
  const usual = [...someCountries.filter(value => value !== now), undefined]
  return foundBy<Value | undefined>('country', { named, usual }, value => ({ kind: 'country', value }))
}

export const addressSlot = ({ terms }: Named): Found =>
  foundBy('address', addressesFor(terms), value => ({ kind: 'address', value }))

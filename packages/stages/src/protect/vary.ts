import { HeaderList, type HeaderPairs } from '@sallyport/core'

const listed = (value: string) => value.split(',').map(name => name.trim().toLowerCase())

/** Fields whose Vary (RFC 9110 section 12.5.5) names a request field too, beside what it names already. */
export function varyingBy(headers: HeaderPairs, name: string): HeaderPairs {
  const list = new HeaderList(headers)
  const given = list.all('vary')
  const names = given.flatMap(listed)
  if (names.includes('*') || names.includes(name.toLowerCase())) return headers
  const kept = headers.filter((_, i) => list.names[i >> 1] !== 'vary')
  return [...kept, 'Vary', [...given, name].join(', ')]
}

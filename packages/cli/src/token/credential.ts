import type { Preset } from '@sallyport/config'
import type { TokenOrder } from '@sallyport/contract'
import type { Options } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'

/** Where the upstream reads its credential. */
export const placeOptions = {
  header: {
    type: 'string',
    value: 'NAME',
    help: 'the header in which the upstream reads it (as the preset has it, else Authorization)',
  },
  scheme: { type: 'string', value: 'WORD', help: 'the word before it (Bearer in Authorization)' },
  query: { type: 'string', value: 'NAME', help: 'the query parameter in which the upstream reads it' },
  basic: { type: 'string', value: 'USER', help: 'the user whose password it is' },
} as const satisfies Options

interface Place {
  readonly header?: string | undefined
  readonly scheme?: string | undefined
  readonly query?: string | undefined
  readonly basic?: string | undefined
}

const usual = (header: string) => (header.toLowerCase() === 'authorization' ? 'Bearer' : undefined)

/** The credential and its place: as it was said, else as the preset has it, else as Bearer. Throws Misuse. */
export function credentialOf(said: Place, preset: Preset | undefined, value: string): TokenOrder['credential'] {
  const { header, query, basic } = said
  const places = [header, query, basic].filter(place => place !== undefined)
  if (places.length > 1) throw new Misuse('--header, --query and --basic exclude each other')
  const place: Place = places.length === 0 && said.scheme === undefined ? (preset?.credential ?? {}) : said
  if (place.query !== undefined) return { kind: 'query', name: place.query, value }
  if (place.basic !== undefined) return { kind: 'basic', username: place.basic, password: value }
  const name = place.header ?? 'Authorization'
  const scheme = place.scheme ?? usual(name)
  return { kind: 'header', name, ...(scheme !== undefined && { scheme }), value }
}

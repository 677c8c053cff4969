import { type Guard, HeaderList, type HeaderPairs, type Outgoing, type View } from '@sallyport/core'
import { guardKind } from '../../kind.ts'
import { policyText } from './csp.ts'
import { type Settings, settings } from './settings.ts'

/** What one answer's fields depend on. */
interface Answer {
  readonly encrypted: boolean
  readonly nonce: string | undefined
}

type Fields = readonly (readonly [name: string, value: (config: Settings, answer: Answer) => string | undefined])[]

/** Every field with its value, undefined where it isn't wanted. */
const fields: Fields = [
  ['Content-Security-Policy', ({ csp }, { nonce }) => csp && policyText(csp, nonce)],
  [
    'Content-Security-Policy-Report-Only',
    ({ cspReportOnly }, { nonce }) => cspReportOnly && policyText(cspReportOnly, nonce),
  ],
  // Without TLS browsers pass it over, for anybody could have put it there (RFC 6797 section 8.1).
  ['Strict-Transport-Security', ({ hsts }, { encrypted }) => (encrypted || hsts?.always ? hsts?.value : undefined)],
  ['X-Content-Type-Options', ({ contentTypeOptions }) => contentTypeOptions],
  ['X-Frame-Options', ({ frameOptions }) => frameOptions],
  ['X-XSS-Protection', ({ xssProtection }) => xssProtection],
  ['Referrer-Policy', ({ referrerPolicy }) => referrerPolicy],
  ['Permissions-Policy', ({ permissionsPolicy }) => permissionsPolicy],
  ['Cross-Origin-Opener-Policy', ({ openerPolicy }) => openerPolicy],
  ['Cross-Origin-Embedder-Policy', ({ embedderPolicy }) => embedderPolicy],
  ['Cross-Origin-Resource-Policy', ({ resourcePolicy }) => resourcePolicy],
]

const fieldsOf = (config: Settings, answer: Answer): readonly (readonly [name: string, value: string])[] =>
  fields.flatMap(([name, read]) => {
    const value = read(config, answer)
    return value === undefined ? [] : [[name, value] as const]
  })

/** Fields in the place of those with the same name, but for names that are kept. */
function replacing(keep: readonly string[]) {
  const kept = new Set(keep)
  return (headers: HeaderPairs, own: ReturnType<typeof fieldsOf>): HeaderPairs => {
    const { names } = new HeaderList(headers)
    const stays = own.filter(([name]) => kept.has(name.toLowerCase()) && names.includes(name.toLowerCase()))
    const added = own.filter(field => !stays.includes(field))
    const gone = new Set(added.map(([name]) => name.toLowerCase()))
    return [...headers.filter((_, i) => !gone.has(names[i >> 1] ?? '')), ...added.flat()]
  }
}

/** In which the backend is told the nonce of its answer, for the page that it makes. */
const nonceField = 'Sallyport-Csp-Nonce'

function withNonce(outgoing: Outgoing, nonce: string): Outgoing {
  const names = new HeaderList(outgoing.headers).names
  const others = outgoing.headers.filter((_, i) => names[i >> 1] !== nonceField.toLowerCase())
  return { ...outgoing, headers: [...others, nonceField, nonce] }
}

/** Fields that are different on each answer. `random128` makes 128 random bits in hex. */
function noncedGuard(config: Settings, random128: () => string): Guard {
  const replaced = replacing(config.keep)
  const nonces = new WeakMap<View, string>()
  return {
    prepare(outgoing, view) {
      const nonce = random128()
      nonces.set(view, nonce)
      return withNonce(outgoing, nonce)
    },
    leave(headers, { encrypted, answered }) {
      const nonce = (answered && nonces.get(answered.view)) ?? random128()
      return replaced(headers, fieldsOf(config, { encrypted, nonce }))
    },
  }
}

function plainGuard(config: Settings): Guard {
  const replaced = replacing(config.keep)
  const [secure, plain] = [true, false].map(encrypted => fieldsOf(config, { encrypted, nonce: undefined }))
  return { leave: (headers, { encrypted }) => replaced(headers, (encrypted ? secure : plain) ?? []) }
}

/** Tells browsers to keep within bounds, on every answer. What the backend says by the same fields is replaced. */
export const securityHeaders = guardKind({
  kind: 'securityHeaders',
  settings,
  label: config =>
    fieldsOf(config, { encrypted: true, nonce: undefined })
      .map(([name]) => name)
      .join(', '),
  create: (config, ports): Guard => (config.nonce ? noncedGuard(config, ports.newId) : plainGuard(config)),
})

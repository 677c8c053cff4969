import { type Clock, type Principal, Registry } from '@sallyport/core'
import {
  createJwtVerifier,
  type FetchJson,
  type JwtVerifier,
  type KeySource,
  readJwks,
  readRecipientJwks,
  remoteKeys,
} from '@sallyport/tokens'
import type { Issuer, KeysAt } from '../ports.ts'
import { principalOf } from './principal-of.ts'

/** What verifiers need of the world. */
export interface VerifierPorts {
  readonly clock: Clock
  readonly fetchJson: FetchJson
  /** 32 random bytes that key what is remembered of tokens. */
  readonly randomKey: Uint8Array
}

const keysId = (keys: KeysAt): string =>
  'source' in keys
    ? keys.id
    : 'discovery' in keys
      ? `issuer ${keys.discovery}`
      : `url ${keys.use ?? ''} ${keys.jwksUrl}`

const verifierId = ({ name, rules, keys, claims }: Issuer): string =>
  `${keysId(keys)} ${JSON.stringify({ ...rules, revoked: [...(rules.revoked ?? [])] })} ${JSON.stringify({ name, claims })}`

/** The verifiers of issuers' tokens, and the keys that those publish. Both outlive a reload. */
export class Verifiers {
  readonly #ports: VerifierPorts
  readonly #keySources = new Registry<KeySource>()
  readonly #verifiers = new Registry<JwtVerifier<Principal>>()

  constructor(ports: VerifierPorts) {
    this.#ports = ports
  }

  /** One an issuer: what was verified is remembered across APIs and reloads, unless the rules or given keys changed. */
  of(issuer: Issuer): JwtVerifier<Principal> {
    return this.#verifiers.get(verifierId(issuer), () => this.at(issuer, this.#ports.clock))
  }

  /** A verifier that judges an issuer's tokens by a clock and remembers nothing of other verifiers. */
  at(issuer: Issuer, clock: Clock): JwtVerifier<Principal> {
    const { randomKey } = this.#ports
    return createJwtVerifier(issuer.rules, this.keysAt(issuer.keys), { clock, randomKey }, (claims, token) =>
      principalOf(issuer, claims, token),
    )
  }

  /** Key sets and verifiers of other issuers are let go, but for key sets that are asked for else; calls under way hold theirs. */
  keepOnly(issuers: readonly Issuer[], asked: readonly KeysAt[] = []): void {
    this.#verifiers.keepOnly(new Set(issuers.map(verifierId)))
    this.#keySources.keepOnly(new Set([...issuers.map(({ keys }) => keys), ...asked].map(keysId)))
  }

  /** The keys that are published there: one source a place. */
  keysAt(keys: KeysAt): KeySource {
    if ('source' in keys) return keys.source
    const { clock, fetchJson } = this.#ports
    const location = 'discovery' in keys ? { issuer: keys.discovery } : { url: keys.jwksUrl }
    const read = 'use' in keys && keys.use === 'enc' ? readRecipientJwks : readJwks
    return this.#keySources.get(keysId(keys), () => remoteKeys({ location, fetchJson, clock, read }))
  }
}

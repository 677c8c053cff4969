import { hash } from 'node:crypto'
import { Registry } from '@sallyport/core'
import { createIntrospector, type Introspector, type IntrospectorOptions } from '@sallyport/tokens'
import type { VerifierPorts } from './verifiers.ts'

const idOf = ({ authority, rememberMs, timeoutMs }: IntrospectorOptions): string => {
  const { url, clientId, clientSecret, authentication } = authority
  return hash(
    'sha256',
    JSON.stringify([url, clientId, clientSecret.reveal(), authentication, rememberMs, timeoutMs]),
    'base64url',
  )
}

/** The introspectors of authorities: one each, however many rules ask it. They outlive a reload. */
export class Introspectors {
  readonly #ports: VerifierPorts
  readonly #known = new Registry<Introspector>()

  constructor(ports: VerifierPorts) {
    this.#ports = ports
  }

  of(options: IntrospectorOptions): Introspector {
    return this.#known.get(idOf(options), () => createIntrospector(options, this.#ports))
  }

  /** Those of other authorities are let go; calls under way hold theirs. */
  keepOnly(asked: readonly IntrospectorOptions[]): void {
    this.#known.keepOnly(new Set(asked.map(idOf)))
  }
}

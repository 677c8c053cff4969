import type { Secret } from '@sallyport/core'

/** Who asks at a door, and in which words. */
export const askers = ['nginx', 'envoy', 'authzen'] as const
export type Asker = (typeof askers)[number]

/** Where a door is: a port, or a unix socket. */
export type DoorAddress = { readonly host: string; readonly port: number } | { readonly path: string }

/** A door at which others ask for decisions. */
export interface DecisionDoor {
  readonly asker: Asker
  readonly at: DoorAddress
  readonly tls: { readonly cert: string; readonly key: string; readonly clients?: string } | undefined
  /** What whoever asks must show. */
  readonly secret: Secret | undefined
  /** Names of the APIs whose calls are judged. */
  readonly apis: ReadonlySet<string>
  /** How it is reached, without a trailing slash, where that is written. */
  readonly url: string | undefined
  /** Whether whoever asks is told why not. */
  readonly reasons: boolean
}

/** An API key as it is kept: never the key, only its hash. */
export interface ApiKeyEntry {
  readonly id: string
  /** `sha256:` and base64url, over the whole key. */
  readonly hash: string
  readonly application: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined
  /** Addresses and ranges from which the key may be used; empty for any. */
  readonly ips: readonly string[]
  /** `https://host/*`, `*.host/*` or exact; empty for any. */
  readonly referers: readonly string[]
}

/** A user who may sign in with a name and password. */
export interface UserEntry {
  readonly name: string
  /** PHC string of argon2id. */
  readonly password: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/** Versioned tables beside the snapshot: they change by themselves, without a reload. */
export interface Sets {
  apiKey(hash: string): ApiKeyEntry | undefined
  user(name: string): UserEntry | undefined
}

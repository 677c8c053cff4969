/**
 * `name-invalid`, `value-invalid`: what was to be stored isn't acceptable; `key-missing`, `key-wrong`, `key-weak`,
 * `key-exposed`: the key isn't there, isn't the one, is too easily guessed, or can be read by others; `altered`: what lies there isn't what was written;
 * `too-large`: a file is beyond its bound; `busy`: another process holds the file.
 */
export type VaultErrorCode =
  | 'name-invalid'
  | 'value-invalid'
  | 'key-missing'
  | 'key-wrong'
  | 'key-weak'
  | 'key-exposed'
  | 'altered'
  | 'too-large'
  | 'busy'

/** What a vault refuses. The message names files and says what to do next; it never holds a value, a key or a name that was refused. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

import { VaultError } from './vault-error.ts'

/** Throws VaultError `name-invalid`, without the name: it may be a value that was given in the wrong place. */
export function checkSecretName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return
  throw new VaultError(
    'name-invalid',
    "a secret's name is 1 to 64 of A-Z a-z 0-9 . _ - and begins with a letter or digit",
  )
}

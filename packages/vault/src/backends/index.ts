import { openFileVault } from './file.ts'

/** Where secrets can be kept: one line a backend, each giving a Vault for its own options. */
export const vaultBackends = { file: openFileVault }

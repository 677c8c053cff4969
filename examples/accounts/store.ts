import { DatabaseSync } from 'node:sqlite'

/** Who has registered: a name, and the argon2id hash of a password. */
export interface Accounts {
  /** False where the name is taken: of two at once one is. */
  add(name: string, passwordHash: string): boolean
  passwordHashOf(name: string): string | undefined
}

/** Accounts in an SQLite file, or in memory (`:memory:`). */
export function openAccounts(file: string): Accounts {
  const database = new DatabaseSync(file)
  database.exec('CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, password_hash TEXT NOT NULL) STRICT')
  const insert = database.prepare('INSERT INTO accounts (name, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const select = database.prepare('SELECT password_hash AS hash FROM accounts WHERE name = ?')
  return {
    add: (name, passwordHash) => insert.run(name, passwordHash).changes === 1,
    passwordHashOf(name) {
      const hash = select.get(name)?.hash
      return typeof hash === 'string' ? hash : undefined
    },
  }
}

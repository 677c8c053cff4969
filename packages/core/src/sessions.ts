import type { Json } from './json.ts'

/** What is kept of a session: whose it is and what it may do, and no more of the id that opens it than a hash. */
export interface SessionEntry {
  readonly hash: string
  readonly user: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly claims: Readonly<Record<string, Json>>
  /** When its user logged in: milliseconds since the epoch, as all times here. */
  readonly begun: number
  /** When it was used last, or a little before. */
  readonly seen: number
}

/** Sessions that have ended by themselves: those that began, or were seen last, at these times or before. */
export interface EndedBy {
  readonly begun: number
  readonly seen: number
}

type Told<Value> = Value | Promise<Value>

/** Where sessions are kept. Memory answers at once; whatever it throws, or rejects with, lets nobody pass. */
export interface SessionStore {
  add(entry: SessionEntry): Told<void>
  find(hash: string): Told<SessionEntry | undefined>
  /** Says that a session was used; the later time stands. One that isn't there stays away. */
  touch(hash: string, seen: number): Told<void>
  /** Puts an entry in the place of one, or, where that isn't there any more, does nothing and is false. */
  replace(hash: string, by: SessionEntry): Told<boolean>
  remove(hash: string): Told<void>
  /** Ends all sessions of a user, and tells how many they were. */
  removeAllOf(user: string): Told<number>
  /** Forgets what has ended. */
  sweep(ended: EndedBy): Told<void>
}

/** Where a load is aimed. */
export interface Target {
  readonly port: number
  readonly path: string
}

/** The two routes that every server offers: with all checks, and with none. */
export type Route = 'guarded' | 'plain'

/** A server under test that is up. */
export interface Server {
  readonly name: string
  /** Its version and how it runs, for people. */
  readonly version: string
  readonly pid: number
  /** Grows with every call; emptied between windows. Undefined where it is to keep none. */
  readonly log: string | undefined
  readonly routes: Readonly<Record<Route, Target>>
}

/** What every server under test is started with. */
export interface Site {
  /** For files of this run, in memory where the machine allows it. */
  readonly folder: string
  /** The core of the server under test. */
  readonly core: number
  readonly backendPort: number
  readonly issuer: string
  readonly audience: string
  /** The issuer's key as PEM and as a JSON Web Key Set: paths. */
  readonly publicKey: string
  readonly keySet: string
}

/** The path of both kinds of route is the same everywhere, so that all servers read the same requests. */
export const guardedPath = '/warehouse/items'
export const plainPath = '/open/items'

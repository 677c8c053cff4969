/** The points of the checklist, in its order. */
export const points = {
  https: 'HTTPS',
  authentication: 'authentication',
  authorization: 'authorization',
  input: 'validation of input',
  output: 'what may leave',
  errors: 'errors',
  logging: 'logging',
  limits: 'rate limits',
  cors: 'CORS',
  csrf: 'CSRF',
  headers: 'security headers',
  secrets: 'secrets',
  dependencies: 'dependencies',
  audits: 'security audits',
  incidents: 'incident plan',
} as const

export type Point = keyof typeof points

/** What came of one point. What could not be looked at is never `passed`. */
export interface Outcome {
  readonly verdict: 'passed' | 'failed' | 'not checked'
  readonly because: string
  /** What to do about it. */
  readonly mend?: string
}

export type Outcomes = Readonly<Record<Point, Outcome>>

/** The points that no configuration and no document tells. */
export type Standing = Pick<Outcomes, 'dependencies' | 'audits' | 'incidents'>
/** The points that are read of what is looked at. */
export type Looked = Omit<Outcomes, keyof Standing>

export const passed = (because: string): Outcome => ({ verdict: 'passed', because })
export const failed = (because: string, mend: string): Outcome => ({ verdict: 'failed', because, mend })
export const notChecked = (because: string, mend: string): Outcome => ({ verdict: 'not checked', because, mend })

/** Names, the first of them and how many more. */
export const told = ([first = '', ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} and ${more.length} more`

/** Failed where any is named. */
export const unlessAny = (names: readonly string[], good: string, bad: string, mend: string): Outcome =>
  names.length === 0 ? passed(good) : failed(`${told(names)}: ${bad}`, mend)

/** Whether nobody but this machine reaches a host. */
export const isThisMachine = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host)

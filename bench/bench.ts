import type { Figures } from './figures.ts'
import type { Findings } from './findings.ts'
import type { Result } from './report.ts'
import type { Site } from './servers/server.ts'

/** What a bench is run with. */
export interface Run {
  readonly site: Site
  /** The core of the load and the backend. */
  readonly loadCore: number
  readonly windows: number
  /** Tells people how far it is. */
  readonly say: (line: string) => void
}

export type Bench = (run: Run) => Promise<readonly (Result | Figures | Findings)[]>

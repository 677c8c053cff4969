import type { CallEvent } from '@sallyport/core'
import { explain } from '@sallyport/stages'
import type { Operation } from '../api.ts'
import type { Environment } from '../environment.ts'
import type { Listener } from '../recorder.ts'
import { callLine, greeting } from './lines.ts'
import { isPage, pageOperations } from './operations.ts'

/** Asks for development mode: each call in the terminal and at `/_development`. */
export interface DevelopmentOptions {
  /** `process.env`: where NODE_ENV says `production` the application does not start. */
  readonly environment: Environment
  /** Where lines go: `process.stdout` unless given. */
  readonly output?: { write(text: string): unknown; readonly isTTY?: boolean }
}

/** Calls that the page shows. */
const shownMax = 100

/** What is shown while an application is made. */
export interface Development extends Listener {
  readonly operations: readonly Operation[]
  /** Whether a call is one that the page makes by itself, which would only be in the way. */
  isQuiet(event: CallEvent): boolean
}

/** Throws TypeError in production. */
export function openDevelopment(
  { environment, output = process.stdout }: DevelopmentOptions,
  name: string,
): Development {
  if (environment.NODE_ENV?.trim().toLowerCase() === 'production')
    throw new TypeError('development: shows what callers may not know, and NODE_ENV says that this is production')
  const isColoured = output.isTTY === true && (environment.NO_COLOR ?? '') === ''
  let calls: readonly CallEvent[] = []
  output.write(greeting(name, isColoured))
  return {
    operations: pageOperations(name, () => calls),
    isQuiet: event => isPage(event) && event.outcome === 'answered',
    record(event) {
      calls = [event, ...calls.slice(0, shownMax - 1)]
      output.write(callLine(explain(event), event.totalMs, isColoured))
    },
  }
}

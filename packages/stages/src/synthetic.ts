import { type Api, type Destination, type Operation, type Rule, requestLimits } from '@sallyport/core'
import { authorizeKinds } from './authorize/index.ts'
import { identifyKinds } from './identify/index.ts'
import type { Bound } from './kind.ts'
import type { StagePorts } from './ports.ts'

type Open = Operation<StagePorts>

/** A rule that the gateway itself makes. */
export const synthetic = <Made>(bound: Bound<Made>): Rule<StagePorts, Made> => ({
  ...bound,
  name: bound.kind,
  from: 'gateway',
  owner: 'well-known',
})

/** An operation of the gateway itself, for everybody. */
export const openOperation = (method: string, template: string, destination: Destination): Open => ({
  id: `${method} ${template}`,
  method,
  template,
  selector: undefined,
  admit: [],
  admitLimit: [],
  maxBody: 0,
  json: requestLimits,
  identify: synthetic(identifyKinds.anonymous.settings.parse(true)),
  authorize: [synthetic(authorizeKinds.anyone.settings.parse(true))],
  limit: [],
  inspect: [],
  protect: [],
  without: [],
  destination,
})

/** An API of the gateway itself. `outside` are the gateway's own rules about what leaves. */
export const syntheticApi = (
  name: string,
  path: string,
  outside: Api<StagePorts>['outside'],
  operations: readonly Open[],
): Api<StagePorts> => ({
  name,
  path,
  keepPath: false,
  errors: { as: 'problem', message: false },
  tokens: { from: 0, longestMs: 0, parts: 1, widest: {} },
  outside,
  operations: operations.map(operation => ({ ...operation, protect: outside })),
})

/** What answers the CORS preflights of an API, alike for all of its paths and those that it hasn't; undefined where it has no `cors`. */
export function preflightFor(level: Pick<Open, 'admit' | 'admitLimit' | 'protect'>): Open | undefined {
  if (!level.protect.some(({ kind }) => kind === 'cors')) return undefined
  return { ...openOperation('OPTIONS', '/{path*}', { own: 'preflight' }), id: 'OPTIONS (preflight)', ...level }
}

import { type AdmitGuard, type Call, isLoopback, Problem } from '@sallyport/core'
import { type Bound, requireSameMachine } from '@sallyport/stages'

const hosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/** What somebody adds who stands between: then the nearest address isn't the caller's. */
const between = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

function requireNear({ ip, headers }: Call): void {
  const proxy = between.find(name => headers.has(name))
  if (proxy !== undefined) throw new Problem('address-refused', {}, `the call came through a proxy, as ${proxy} tells`)
  if (ip === undefined || !isLoopback(ip))
    throw new Problem('address-refused', {}, `${ip ?? 'an unknown address'} is not this machine`)
}

const isOwnPage = requireSameMachine(hosts)

const guard: AdmitGuard = {
  check(call) {
    requireNear(call)
    isOwnPage(call.headers)
  },
}

/** Lets in calls of this machine itself, and of no page that some other site serves. */
export const thisMachine: Bound<AdmitGuard> = {
  kind: 'thisMachine',
  label: 'this machine alone',
  config: {},
  create: () => guard,
}

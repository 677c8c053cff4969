import { type AuthorizeGuard, Problem, readDuration } from '@sallyport/core'
import { WorkQueueFull, whyUnfetched } from '@sallyport/tokens'
import { z } from 'zod'
import { refuseBusy } from '../identify/busy.ts'
import { duration } from '../keys/duration.ts'
import { safeUrl } from '../keys/safe-url.ts'
import { secretText } from '../keys/secret-text.ts'
import { guardKind } from '../kind.ts'
import { authzen } from '../outside/authzen.ts'
import { readSaid } from '../outside/engine.ts'
import { factsOf } from '../outside/facts.ts'
import { xacml } from '../outside/xacml.ts'

const protocols = { authzen, xacml } as const

const basic = z.strictObject({
  username: z.string().regex(/^[^:]*$/, 'must not hold a colon'),
  password: secretText,
})

const [least = 0, most = 0] = ['50ms', '30s'].map(text => readDuration(text))

const withoutQuery = (text: string) => !text.includes('?')

const settings = z
  .strictObject({
    authzen: safeUrl.refine(withoutQuery, 'needs a URL without a query').optional(),
    xacml: safeUrl.optional(),
    bearer: secretText.optional(),
    basic: basic.optional(),
    timeout: duration.refine(ms => ms >= least && ms <= most, 'needs a duration from 50ms to 30s').default(2_000),
  })
  .transform(({ authzen, xacml, ...others }, context) => {
    const kind = authzen === undefined ? ('xacml' as const) : ('authzen' as const)
    const url = authzen ?? xacml
    if (url !== undefined && (authzen === undefined || xacml === undefined)) return { kind, url, ...others }
    context.addIssue({ code: 'custom', message: 'needs either authzen or xacml, the URL of the engine' })
    return z.NEVER
  })
  .refine(
    ({ bearer, basic }) => bearer === undefined || basic === undefined,
    'needs one of bearer and basic at the most',
  )

function authorizationOf({ bearer, basic }: Pick<z.output<typeof settings>, 'bearer' | 'basic'>) {
  if (bearer !== undefined) return `Bearer ${bearer.reveal()}`
  if (basic === undefined) return undefined
  return `Basic ${Buffer.from(`${basic.username}:${basic.password.reveal()}`).toString('base64')}`
}

/** Where an engine is, for records and those who read labels: a query may hold a key. */
const shownUrl = (url: string) => url.replace(/\?.*/s, '?…')

function unavailable(error: unknown, url: string): never {
  if (error instanceof WorkQueueFull) return refuseBusy(error)
  const shown = shownUrl(url)
  throw new Problem(
    'outside-unavailable',
    { retryAfter: 5, headers: [['Retry-After', '5']] },
    `${shown} could not be asked: ${whyUnfetched(error).replaceAll(url, shown)}`,
  )
}

/** An outside engine judges the call (OpenID AuthZEN 1.0, or XACML 3.0 by its REST and JSON profiles). Whatever is no plain yes refuses. */
export const outside = guardKind({
  kind: 'outside',
  settings,
  label: ({ kind, url }) => `${kind} engine at ${shownUrl(url)}`,
  create: (config, { askOutside }): AuthorizeGuard => {
    const protocol = protocols[config.kind]
    const url = protocol.at(config.url)
    const posting = {
      contentType: protocol.contentType,
      accept: protocol.contentType,
      authorization: authorizationOf(config),
    }
    return {
      scopes: [],
      asks: shownUrl(url),
      async check(view) {
        const posted = { ...posting, body: protocol.question(factsOf(view)) }
        const said = await askOutside({ url, posted, timeoutMs: config.timeout })
          .then(answer => readSaid(answer, protocol))
          .catch((error: unknown) => unavailable(error, url))
        if (!said.permits) throw new Problem('outside-refuses', {}, `${shownUrl(url)} refuses: ${said.reason}`)
      },
    }
  },
})

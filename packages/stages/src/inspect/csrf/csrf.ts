import { type Call, type Guard, type HeaderPairs, type Outgoing, Problem, type View } from '@sallyport/core'
import { isAmbient } from '../../browsers/ambient.ts'
import { isReading } from '../../browsers/methods.ts'
import { originTest } from '../../browsers/origins.ts'
import { ownOrigin } from '../../browsers/own-origin.ts'
import { requireOwnPage } from '../../browsers/own-page.ts'
import { withoutCookies } from '../../forward/request-headers.ts'
import { guardKind } from '../../kind.ts'
import type { StagePorts } from '../../ports.ts'
import { bearerOf, cookiesOf } from './bearer.ts'
import { type Settings, settings } from './settings.ts'
import { type CsrfTokens, csrfTokens, isSame } from './token.ts'

const again = 'Take the cookie that the next GET brings, and send its value.'
const bad = (reason: string) => new Problem('csrf-token-bad', { detail: again }, reason)

/** The one token of the header, which a cookie has too. A page of another origin can send the cookie alone. */
function tokenOf(call: Call, { header, cookie }: Settings): string {
  const [token, more] = call.headers.all(header.toLowerCase())
  if (token === undefined)
    throw new Problem(
      'csrf-token-missing',
      { detail: `Send the value of the cookie ${cookie} as ${header}.` },
      'no token',
    )
  if (more !== undefined) throw bad(`${header} stands more than once`)
  // Another API of this host may have such a cookie too.
  if (!cookiesOf(call, cookie).some(kept => isSame(kept, token))) throw bad('the header and the cookie differ')
  return token
}

function requireToken(view: View, config: Settings, tokens: CsrfTokens): void {
  const token = tokenOf(view.call, config)
  const bearer = bearerOf(view, config.session)
  if (bearer === undefined) throw bad(`the cookie ${config.session} stands more than once`)
  const standing = tokens.judge(token, bearer, view.call.at)
  if (standing === 'forged' || standing === 'expired') throw bad(`the token is ${standing}, or for another caller`)
}

/** The Set-Cookie of a new token, where the call has none that is good for a while. */
function issued(view: View, apiPath: string, config: Settings, tokens: CsrfTokens): HeaderPairs {
  const { cookie, session, lasts } = config
  const bearer = bearerOf(view, session)
  if (bearer === undefined) return []
  const now = view.call.at
  if (cookiesOf(view.call, cookie).some(kept => tokens.judge(kept, bearer, now) === 'good')) return []
  const path = config.path ?? (cookie.startsWith('__Host-') || apiPath === '' ? '/' : apiPath)
  const value = `${cookie}=${tokens.make(bearer, now)}; Path=${path}; Max-Age=${lasts}; Secure; SameSite=Strict`
  // What a shared cache keeps of the answer must not bring one caller's token to another (RFC 9111 section 5.2.2.7).
  return ['Set-Cookie', value, 'Cache-Control', 'private="Set-Cookie"']
}

/** The backend gets no token: it is between the page and the gateway. */
function withoutToken(outgoing: Outgoing, { header, cookie }: Settings): Outgoing {
  const names = new Set([cookie])
  const headers: string[] = []
  for (let i = 0; i < outgoing.headers.length; i += 2) {
    const [name = '', value = ''] = outgoing.headers.slice(i, i + 2)
    const lower = name.toLowerCase()
    if (lower === header.toLowerCase()) continue
    const kept = lower === 'cookie' ? withoutCookies(value, names) : value
    if (kept !== '' || value === '') headers.push(name, kept)
  }
  return { ...outgoing, headers }
}

const purpose = 'csrf tokens'

function csrfGuard(config: Settings, ports: StagePorts): Guard {
  const keys = { key: ports.derivedKey(purpose), former: ports.formerKeys?.(purpose) ?? [] }
  const tokens = csrfTokens(keys, config.lasts, ports.newId)
  const page = { isOwn: ownOrigin(ports.gateway), isListed: originTest(config.origins) }
  return {
    check(view) {
      const { call } = view
      if (isReading(call.method) || (config.callers === 'ambient' && !isAmbient(call.headers))) return
      requireOwnPage(call, page)
      requireToken(view, config, tokens)
    },
    prepare: outgoing => withoutToken(outgoing, config),
    leave(headers, { method, answered }) {
      if (answered === undefined || !isReading(method)) return headers
      return [...headers, ...issued(answered.view, answered.site.path, config, tokens)]
    },
  }
}

/**
 * Calls that change something come from the API's own pages: they repeat a signed token in a header, which pages of other origins can
 * neither read nor send. Written `off`, it says that nothing of the kind is wanted.
 */
export const csrf = guardKind({
  kind: 'csrf',
  settings,
  label: config => (config === 'off' ? 'off' : `${config.header} as in cookie ${config.cookie}`),
  create: (config, ports): Guard => (config === 'off' ? {} : csrfGuard(config, ports)),
})

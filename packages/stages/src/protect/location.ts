import type { ForwardRule } from '@sallyport/core'
import { upstreamPath } from '../forward/upstream-target.ts'
import type { Route } from '../route.ts'

type Mount = Pick<Route, 'apiPath' | 'keepPath'>
type Upstream = Pick<ForwardRule, 'origin' | 'base'>

/** Where an API's paths begin on its upstream; for callers they begin at the API's own path. */
const rootOf = ({ apiPath, keepPath }: Mount, { base }: Upstream) => (keepPath ? base + apiPath : base)

/** What follows a path's beginning: empty or with a slash first; undefined where it begins otherwise. */
function below(path: string, beginning: string): string | undefined {
  if (path === beginning) return ''
  return path.startsWith(`${beginning}/`) ? path.slice(beginning.length) : undefined
}

/** A path of the upstream as the caller knows it; undefined where the API does not lead there. */
function publicPath(path: string, mount: Mount, upstream: Upstream): string | undefined {
  const rest = below(path, rootOf(mount, upstream))
  if (rest === undefined) return undefined
  const known = mount.apiPath + rest
  // Two slashes first would name a host (RFC 3986 section 4.2).
  return known.startsWith('//') ? undefined : known || '/'
}

/** Field values are bytes; those of a URL that isn't ASCII are UTF-8 as a rule. */
const textOf = (value: string) => (/[^\x00-\x7f]/.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value)

/**
 * A Location or Content-Location: what lies on the upstream becomes the gateway's path, another host's address stays as
 * it is. Undefined where it leads to what this API does not reach: there the same path would be somebody else's.
 */
export function rewriteLocation(
  value: string,
  requested: string,
  mount: Mount,
  upstream: Upstream,
): string | undefined {
  const from = upstream.origin + upstreamPath(requested, mount, upstream.base)
  const url = URL.parse(textOf(value), from)
  if (url === null) return undefined
  if (url.origin !== upstream.origin) return value
  const path = publicPath(url.pathname, mount, upstream)
  return path === undefined ? undefined : path + url.search + url.hash
}

function cookiePath(path: string, mount: Mount, upstream: Upstream): string | undefined {
  const root = rootOf(mount, upstream)
  const covers = path === '/' || below(root, path.replace(/\/$/, '')) !== undefined
  return covers ? mount.apiPath || '/' : publicPath(path, mount, upstream)
}

/**
 * A Set-Cookie: its Path as the caller knows it; its Domain goes, for the host that the caller sees is another one.
 * Undefined where the path is none of this API's: the cookie could never come back here, but to another API it could.
 */
export function rewriteCookie(value: string, mount: Mount, upstream: Upstream): string | undefined {
  const [pair = '', ...attributes] = value.split(';')
  const kept: string[] = []
  for (const attribute of attributes) {
    const at = attribute.indexOf('=')
    const name = (at < 0 ? attribute : attribute.slice(0, at)).trim().toLowerCase()
    const path = at < 0 ? '' : attribute.slice(at + 1).trim()
    if (name === 'domain') continue
    if (name !== 'path' || !path.startsWith('/')) {
      kept.push(attribute)
      continue
    }
    const known = cookiePath(path, mount, upstream)
    if (known === undefined) return undefined
    kept.push(` Path=${known}`)
  }
  return [pair, ...kept].join(';')
}

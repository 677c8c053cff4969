import type { ForwardRule } from '@sallyport/core'
import type { Route } from '../routes.ts'

/** A path of the upstream as the caller knows it; undefined where it lies outside what is forwarded to. */
function publicPath(path: string, route: Route, rule: ForwardRule): string | undefined {
  if (!path.startsWith(`${rule.base}/`)) return undefined
  const below = path.slice(rule.base.length)
  return route.keepPath ? below : route.apiPath + below
}

/** A Location or Content-Location: the upstream's own address becomes the gateway's path, another host's stays as it is. */
export function rewriteLocation(value: string, route: Route, rule: ForwardRule): string {
  if (value.startsWith('//')) return value
  if (value.startsWith('/')) return publicPath(value, route, rule) ?? value
  if (!URL.canParse(value)) return value
  const url = new URL(value)
  if (url.origin !== rule.origin) return value
  return (publicPath(url.pathname, route, rule) ?? url.pathname) + url.search + url.hash
}

/** A Set-Cookie: its Path as the caller knows it; its Domain goes, for the host that the caller sees is another one. */
export function rewriteCookie(value: string, route: Route, rule: ForwardRule): string {
  const [pair = '', ...attributes] = value.split(';')
  const kept = attributes.flatMap(attribute => {
    const [name = '', path = ''] = attribute.split('=', 2).map(part => part.trim())
    if (name.toLowerCase() === 'domain') return []
    if (name.toLowerCase() !== 'path' || !path.startsWith('/')) return [attribute]
    const slashed = path.endsWith('/') ? path : `${path}/`
    const known = publicPath(slashed, route, rule)
    if (known === undefined) return [attribute]
    const exact = path.endsWith('/') && path !== '/' ? known : known.slice(0, -1)
    return [` Path=${exact === '' ? '/' : exact}`]
  })
  return [pair, ...kept].join(';')
}

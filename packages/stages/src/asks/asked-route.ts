import { type AskedFor, type AskSize, type HeaderList, isAsked, Problem } from '@sallyport/core'
import type { Route } from '../route.ts'

/** A 404 in a session would tell clients of MCP that it has ended (2025-11-25, Streamable HTTP, "Session Management"). */
const sessionField = 'mcp-session-id'

const quoted = (name: string) => JSON.stringify(name.slice(0, 100))

/**
 * A client that looks for a method which a server of another revision has goes on from 404 alone; what was named and isn't there
 * is refused.
 */
function unknown(name: string, headers: HeaderList): Problem {
  const status = name.includes(' ') || headers.has(sessionField) ? {} : { status: 404 }
  const detail = `no operation here is ${quoted(name)}`
  return new Problem('operation-unknown', { ...status, detail }, detail)
}

const mixed = (one: string, other: string) => {
  const detail = `${quoted(one)} and ${quoted(other)} are two operations here: ask for each in a call of its own`
  return new Problem('operation-unknown', { detail }, detail)
}

const sizes = {
  depth: 'fields may stand at most # deep',
  fields: 'at most # fields may be asked for, fragments written out',
  repeats: 'a root field may be asked for at most # times in a call',
} as const satisfies Record<keyof AskSize, string>

const parts = ['depth', 'fields', 'repeats'] as const

function requireSize(size: AskSize | undefined, most: AskSize | undefined): void {
  if (size === undefined || most === undefined) return
  const over = parts.find(part => size[part] > most[part])
  if (over === undefined) return
  const detail = sizes[over].replace('#', String(most[over]))
  throw new Problem('body-too-large', { detail }, `${detail}; ${size[over]} were`)
}

/** The first of the routes that names what is asked for, or names nothing. */
const routeFor = (routes: readonly Route[], name: string): Route | undefined =>
  routes.find(({ selector }) => selector?.asks === undefined || selector.asks.names.some(own => isAsked(own, name)))

/** The one route that all that is asked for leads to, each by itself. Throws Problem `operation-unknown` or `body-too-large`. */
export function askedRoute(routes: readonly Route[], { names, size }: AskedFor, headers: HeaderList): Route {
  const [first = ''] = names
  const route = routeFor(routes, first)
  if (route === undefined) throw unknown(first, headers)
  for (const name of names) {
    const other = routeFor(routes, name)
    if (other === undefined) throw unknown(name, headers)
    if (other !== route) throw mixed(first, name)
  }
  requireSize(size, route.selector?.asks?.most)
  return route
}

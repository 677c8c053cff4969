import { HeaderList, type HeaderPairs, type Principal, type Site, type View } from '@sallyport/core'
import type { ModuleNeed, SeenCall, SeenCaller } from './guard-module.ts'

/** Lower-case names to every value. */
export function headersSeen(pairs: HeaderPairs): Record<string, readonly string[]> {
  const list = new HeaderList(pairs)
  return Object.fromEntries([...new Set(list.names)].map(name => [name, list.all(name)]))
}

/** Copied, so that nothing of it is shared with another call. */
function callerSeen({
  user,
  application,
  actors,
  credential,
  scopes,
  roles,
  groups,
  claims,
  grant,
}: Principal): SeenCaller {
  return {
    ...structuredClone({ user, application, actors, claims }),
    credential: { ...credential, ...(grant && { part: grant.part }) },
    scopes: [...scopes],
    roles: [...roles],
    groups: [...groups],
  }
}

/** What is worked out at the first asking, and the same from then on. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The call as a module sees it. */
export function seenCall(view: View, site: Site, needs: ReadonlySet<ModuleNeed>): SeenCall {
  const { call, principal } = view
  const { path, query, headers } = site.told(view)
  const { body, upstream } = site
  return Object.freeze({
    ...{ id: call.id, at: call.at, api: call.api, operation: call.operation, method: call.method },
    ...{ path, query, parameters: { ...call.parameters }, headers: headersSeen(headers), ip: call.ip },
    caller: callerSeen(principal),
    ...(needs.has('body') && body && { body: once(async () => body(view)) }),
    ...(needs.has('upstream') && upstream && { upstream: (asked: string) => upstream(asked, view) }),
  })
}

import type { TestGateway } from './gateway.ts'

/** A preflight, as a browser sends it before a page's call (Fetch section 3.3.2). */
export const preflight = (
  gateway: Pick<TestGateway, 'call'>,
  path: string,
  origin: string,
  method = 'POST',
  headers = 'content-type',
) =>
  gateway.call(path, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': headers,
    },
  })

/** What an answer says of pages, by lower-case name. */
export const grantsIn = ({ headers }: Response): Readonly<Record<string, string>> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')))

/** Whether Vary names the origin. */
export const variesByOrigin = ({ headers }: Response): boolean =>
  (headers.get('vary') ?? '').split(',').some(name => name.trim().toLowerCase() === 'origin')

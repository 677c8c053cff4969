import { z } from 'zod'
import { originPattern } from '../../browsers/origins.ts'
import { seconds } from '../../browsers/seconds.ts'

const cookieName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'needs the name of a cookie')

const written = z
  .strictObject({
    /** The cookie that names the caller's session; without it tokens are for the caller. */
    session: cookieName.optional(),
    cookie: cookieName.default('csrf_token'),
    header: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/, 'needs a header name')
      .default('X-CSRF-Token'),
    /** The path of the cookie; that of the API unless given. */
    path: z
      .string()
      .regex(/^\/[A-Za-z0-9._~/-]*$/, 'needs a path such as /')
      .optional(),
    lasts: seconds.refine(given => given >= 60, 'needs at least 1m').prefault('1h'),
    /** Pages of other origins that may make calls too. */
    origins: z.array(originPattern).default([]),
    /** `ambient`: calls alone that bear what a browser adds by itself. */
    callers: z.enum(['all', 'ambient']).default('all'),
  })
  .refine(({ session, cookie }) => session !== cookie, {
    message: 'the session has a cookie of its own',
    path: ['session'],
  })
  .refine(({ cookie, path = '/' }) => !cookie.startsWith('__Host-') || path === '/', {
    message: 'a cookie with __Host- has the path /',
    path: ['path'],
  })

export const settings = z.union([z.literal('off'), z.literal(true).transform(() => written.parse({})), written])

export type Settings = Exclude<z.output<typeof settings>, 'off'>

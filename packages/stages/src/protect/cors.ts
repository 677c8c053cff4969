import { type Guard, type HeaderList, type HeaderPairs, Problem } from '@sallyport/core'
import { z } from 'zod'
import { isAmbient } from '../browsers/ambient.ts'
import { isReading } from '../browsers/methods.ts'
import { originPattern, originTest } from '../browsers/origins.ts'
import { ownOrigin } from '../browsers/own-origin.ts'
import { isPreflight } from '../browsers/preflight.ts'
import { seconds } from '../browsers/seconds.ts'
import { guardKind } from '../kind.ts'
import { varyingBy } from './vary.ts'

const fieldName = z.string().regex(/^[!#$%&'+.^_`|~0-9A-Za-z-]+$/, 'needs a header name, * is none')

const settings = z
  .strictObject({
    /** `*`: every page may read what anybody may; never with credentials. */
    origins: z.union([z.literal('*'), z.array(originPattern).min(1)]),
    methods: z
      .array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']))
      .min(1)
      .default(['GET', 'HEAD', 'POST']),
    headers: z.array(fieldName).default([]),
    credentials: z.boolean().default(false),
    expose: z.array(fieldName).default([]),
    maxAge: seconds.optional(),
  })
  .refine(({ origins, credentials }) => origins !== '*' || !credentials, {
    message: 'credentials go to origins that are listed, never to *',
    path: ['credentials'],
  })

type Settings = z.output<typeof settings>

/** A field with a list, which is left out where that is empty. */
const listField = (name: string, list: readonly string[]) => (list.length === 0 ? [] : [name, list.join(', ')])

/** What is granted beside the origin: to a preflight, and to the call itself (Fetch section 3.3.3). */
function grantsOf({ methods, headers, credentials, expose, maxAge }: Settings) {
  const credential = credentials ? ['Access-Control-Allow-Credentials', 'true'] : []
  const age = maxAge === undefined ? [] : ['Access-Control-Max-Age', String(maxAge)]
  const preflight = [
    ...listField('Access-Control-Allow-Methods', methods),
    ...listField('Access-Control-Allow-Headers', headers),
    ...age,
  ]
  return {
    preflight: [...credential, ...preflight],
    call: [...credential, ...listField('Access-Control-Expose-Headers', expose)],
  }
}

/** Who may read an answer: `*`, the one origin that asks, or nobody. */
function readerOf(origins: Settings['origins']): (request: HeaderList) => string | undefined {
  if (origins === '*') return () => '*'
  const isListed = originTest(origins)
  return request => {
    const [origin, more] = request.all('origin')
    return origin !== undefined && more === undefined && isListed(origin) ? origin : undefined
  }
}

/**
 * Which pages of other origins may call, and read what they get. Browsers send calls that need no leave first whatever they are told
 * here: so one that changes something, with what a browser adds by itself, is refused to pages that aren't listed.
 */
export const cors = guardKind({
  kind: 'cors',
  settings,
  label: ({ origins }) => (origins === '*' ? 'pages of every origin' : `pages of ${origins.join(', ')}`),
  create: (config, ports): Guard => {
    const grants = grantsOf(config)
    const reader = readerOf(config.origins)
    const isListed = originTest(config.origins === '*' ? [] : config.origins)
    const isOwn = ownOrigin(ports.gateway)
    return {
      check({ call }) {
        if (isReading(call.method) || !isAmbient(call.headers)) return
        const stranger = call.headers.all('origin').find(origin => !isListed(origin) && !isOwn(origin, call))
        if (stranger === undefined) return
        throw new Problem('origin-not-allowed', {}, `origin ${JSON.stringify(stranger.slice(0, 300))} is not listed`)
      },
      leave(headers, { method, headers: request }): HeaderPairs {
        const varied = varyingBy(headers, 'Origin')
        const origin = reader(request)
        if (origin === undefined) return varied
        const granted = method === 'OPTIONS' && isPreflight(request) ? grants.preflight : grants.call
        return [...varied, 'Access-Control-Allow-Origin', origin, ...granted]
      },
    }
  },
})

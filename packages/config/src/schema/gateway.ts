import { isAddressRange, usuallyRedacted } from '@sallyport/stages'
import { z } from 'zod'
import { counters } from './counters.ts'
import { decisions } from './decisions.ts'
import { rules } from './rules.ts'
import { httpUrl, port, rate, size } from './values.ts'

const host = z.string().min(1)
const loopback = '127.0.0.1'

const plainListener = z.union([
  port.transform(number => ({ port: number, host: loopback })),
  z.strictObject({ port, host: host.default(loopback) }),
])

const tlsListener = z.strictObject({
  port,
  host: host.default('::'),
  /** PEM files. */
  cert: z.string().min(1),
  key: z.string().min(1),
})

const guessing = z
  .strictObject({ perIp: rate.prefault('600/minute'), perAccount: rate.prefault('20/minute') })
  .prefault({})

const record = z
  .strictObject({
    redact: z
      .array(z.string().min(1))
      .default([...usuallyRedacted])
      .describe('Words in names of fields whose values are never remembered.'),
  })
  .prefault({})

const database = z.string().min(1).optional()

const geo = z
  .strictObject({
    country: database.describe('A database that tells the country of an address (MMDB); npm:… is a file of a package.'),
    network: database.describe('A database that tells whose network an address is in (MMDB).'),
  })
  .refine(({ country, network }) => country !== undefined || network !== undefined, 'needs country or network')

/** The section `gateway`: where it listens, whom it believes, and the rules that every API inherits. */
export const gateway = z
  .strictObject({
    http: z.union([z.literal('off').transform(() => null), plainListener]).optional(),
    https: tlsListener.optional(),
    url: httpUrl.optional(),
    /** Calls without TLS are sent to `url`. */
    redirect: z.boolean().default(false),
    hosts: z.array(z.string().min(1).toLowerCase()).default([]),
    trustedProxies: z
      .array(z.string().refine(isAddressRange, 'needs an address or a range such as 10.0.0.0/8'))
      .default([]),
    clientAddress: z.enum(['forwarded', 'x-forwarded-for']).default('x-forwarded-for'),
    guessing,
    maxBody: size.prefault('10MiB'),
    /** Bytes of upstreams' answers that are kept, together. */
    cacheSize: size.prefault('64MiB'),
    /** In this gateway's memory unless it is written. */
    counters: counters.optional(),
    /** Doors at which others ask for decisions. */
    decisions: decisions.prefault({}),
    /** Databases of addresses, for policies. */
    geo: geo.optional(),
    record,
    log: z.string().min(1).default('stdout'),
    management: z
      .union([port.transform(number => ({ port: number })), z.strictObject({ port })])
      .prefault({ port: 8081 }),
    ...rules,
  })
  .prefault({})

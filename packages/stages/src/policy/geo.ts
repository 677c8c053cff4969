import { isIP } from 'node:net'
import { type Geo, type Network, needsPackage, remembered } from '@sallyport/core'
import { addressList } from '@sallyport/tokens'
import type { Reader } from 'mmdb-lib'
import { z } from 'zod'
import { UnfitPart } from '../kind.ts'

/**
 * Addresses that are nobody's in public (the IANA special-purpose registries of RFC 6890, multicast, reserved): databases have been seen
 * to place some of them.
 */
const special = {
  4: addressList([
    ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
    ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  ]),
  6: addressList(['::/3', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '4000::/2', '8000::/1']),
}

const text = z.string().min(1)
const country = text.toUpperCase().regex(/^[A-Z]{2}$/)

/** As GeoLite2 and DB-IP have it, as files with one country each do, and as IPinfo does. */
const countryRecord = z.union([
  z.object({ country: z.object({ iso_code: country }) }).transform(({ country }) => country.iso_code),
  z.object({ country_code: country }).transform(({ country_code }) => country_code),
  z.object({ country }).transform(({ country }) => country),
])

const asn = z.union([z.int().positive(), text.regex(/^AS\d{1,10}$/).transform(written => Number(written.slice(2)))])

const networkRecord = z.union([
  z
    .object({ autonomous_system_number: asn, autonomous_system_organization: text.optional() })
    .transform(({ autonomous_system_number: asn, autonomous_system_organization: owner }) => ({ asn, owner })),
  z.object({ asn, as_name: text.optional() }).transform(({ asn, as_name: owner }) => ({ asn, owner })),
])

type Databases = Reader<Record<string, never>>

/** Throws TypeError where a file is no whole MaxMind DB of the version that there is (2). */
function readerOf(bytes: Uint8Array, Open: typeof Reader): Databases {
  try {
    const reader: Databases = new Open(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    const { binaryFormatMajorVersion, ipVersion, searchTreeSize } = reader.metadata
    if (binaryFormatMajorVersion !== 2 || ![4, 6].includes(ipVersion) || !(searchTreeSize <= bytes.length))
      throw new TypeError('its metadata makes no sense')
    return reader
  } catch (error) {
    throw new TypeError(`is no database in MaxMind's format (MMDB): ${error instanceof Error ? error.message : error}`)
  }
}

/** What records of a database tell of public addresses. What callers ask again is remembered. */
function lookUp<Told>(reader: Databases, record: z.ZodType<Told>): (ip: string) => Told | undefined {
  const knows6 = reader.metadata.ipVersion === 6
  const told = remembered(ip => ({ told: record.safeParse(reader.get(ip)).data }))
  return ip => {
    const version = isIP(ip)
    if ((version !== 4 && version !== 6) || (version === 6 && !knows6) || special[version](ip)) return undefined
    return told(ip).told
  }
}

/** The contents of databases in MaxMind's format. */
export interface GeoFiles {
  readonly country: Uint8Array | undefined
  readonly network: Uint8Array | undefined
}

/** Rejects with UnfitPart, which names the member, where one is none. */
export async function openGeo({ country, network }: GeoFiles): Promise<Geo> {
  const { Reader } = await import('mmdb-lib').catch(needsPackage('geo', 'mmdb-lib'))
  const opened = <Told>(name: string, bytes: Uint8Array, record: z.ZodType<Told>) => {
    try {
      return lookUp(readerOf(bytes, Reader), record)
    } catch (error) {
      throw error instanceof TypeError ? new UnfitPart(error.message, [name]) : error
    }
  }
  return {
    ...(country && { country: opened('country', country, countryRecord) }),
    ...(network && { network: opened<Network>('network', network, networkRecord) }),
  }
}

import { readJson } from '@sallyport/core'
import { quoted } from './bad-token.ts'
import type { FetchedJson } from './fetch-json.ts'

/** Where an issuer's metadata may stand: OpenID Connect Discovery 1.0 section 4, then RFC 8414 section 3. */
function metadataUrls(issuer: string): readonly string[] {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  return [
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

/** The document must be the issuer's own (RFC 8414 section 3.3), and its keys no easier to tamper with than itself. */
function readMetadata(body: string, issuer: string): string {
  const metadata = readJson(body)
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw new Error('it is no JSON object')
  const { issuer: named, jwks_uri: jwks } = metadata as Readonly<Record<string, unknown>>
  if (named !== issuer) throw new Error(`it speaks for issuer ${quoted(named)}, not ${quoted(issuer)}`)
  if (typeof jwks !== 'string' || !URL.canParse(jwks)) throw new Error('its jwks_uri is no URL')
  const allowed = ['https:', new URL(issuer).protocol]
  if (!allowed.includes(new URL(jwks).protocol)) throw new Error('its jwks_uri is not https')
  return jwks
}

/** The URL of an issuer's keys, from the first of its metadata documents that answers 200. */
export async function discoverJwks(issuer: string, get: (url: string) => Promise<FetchedJson>): Promise<string> {
  const refusals: string[] = []
  for (const url of metadataUrls(issuer)) {
    const answer = await get(url)
    if (answer.status !== 200) {
      refusals.push(`${url} answered ${answer.status}`)
      continue
    }
    try {
      return readMetadata(answer.body, issuer)
    } catch (error) {
      throw new Error(`${url}: ${error instanceof Error ? error.message : 'unreadable'}`)
    }
  }
  throw new Error(refusals.join('; '))
}

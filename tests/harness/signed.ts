import { constants, createHash, type KeyObject, sign } from 'node:crypto'
import { createSigner, createVerifier, httpbis } from 'http-message-signatures'
import { noon } from './gateway.ts'

/** The other implementation's names of algorithms that we sign by. */
type Alg = Parameters<typeof createSigner>[1]

export interface Signed {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body?: string
}

/** Content-Digest as RFC 9530 has it. */
export const digestOf = (body: string | Uint8Array, name = 'sha-256') =>
  `${name}=:${createHash(name.replace('-', '')).update(body).digest('base64')}:`

/** RFC 9421 section 3.3.1 wants a salt of 64 bytes, where the library takes the longest that fits. */
function signerFor(key: KeyObject, alg: Alg, id: string) {
  if (alg !== 'rsa-pss-sha512') return createSigner(key, alg, id)
  const parameters = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }
  return { id, alg, sign: async (data: Buffer) => sign('sha512', data, parameters) }
}

const ofRequests = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']

export interface SignOptions {
  readonly key: KeyObject
  readonly keyid: string
  readonly alg?: Alg
  readonly fields?: readonly string[]
  readonly created?: number
  readonly expires?: number
  readonly nonce?: string
  readonly name?: string
  readonly params?: readonly string[]
}

/** A request signed by http-message-signatures. Times are milliseconds since the epoch. */
export async function signedRequest(request: Signed, options: SignOptions): Promise<Signed> {
  const { body } = request
  const headers = { ...request.headers, ...(body !== undefined && { 'content-digest': digestOf(body) }) }
  const has = (field: string) =>
    field.startsWith('@') || Object.keys(headers).some(name => name.toLowerCase() === field)
  const {
    created = noon,
    expires = created + 60_000,
    nonce,
    keyid,
    alg = 'ecdsa-p256-sha256',
    key,
    name = 'sig1',
  } = options
  const signed = await httpbis.signMessage(
    {
      key: signerFor(key, alg, keyid),
      name,
      params: [
        ...(options.params ?? ['created', 'expires', 'keyid', 'alg', ...(nonce === undefined ? [] : ['nonce'])]),
      ],
      paramValues: { created: new Date(created), expires: new Date(expires), ...(nonce !== undefined && { nonce }) },
      fields: [...(options.fields ?? ofRequests.filter(has))],
    },
    { method: request.method, url: request.url, headers },
  )
  return { ...request, headers: Object.fromEntries(Object.entries(signed.headers).map(([n, v]) => [n, String(v)])) }
}

interface Message {
  readonly headers: Record<string, string>
}

/** Whether http-message-signatures finds a signature good that an answer bears, by this key. The clock doesn't count. */
export async function isGoodAnswer(
  answer: Message & { readonly status: number },
  request: Signed,
  key: { readonly public: KeyObject | string; readonly keyid: string; readonly alg: Alg },
): Promise<boolean> {
  const verify = createVerifier(key.public, key.alg)
  const keyLookup = async ({ keyid }: { keyid?: unknown }) =>
    keyid === key.keyid ? { id: key.keyid, algs: [key.alg ?? ''], verify } : null
  const verdict = await httpbis
    .verifyMessage(
      { keyLookup, requiredFields: ['@status', 'content-digest'], tolerance: 1e9, notAfter: 1e11 },
      answer,
      request,
    )
    .catch(() => null)
  return verdict === true
}

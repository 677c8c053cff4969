import { everyOf, type Levels, levelsOf, nearestOf, parseNginx, variableOf } from './nginx-config.ts'
import { dataFile, type Jwk, keysIn, resigned, tokensByName } from './nginx-keys.ts'
import { type Demands, demandsOf, Lacking } from './nginx-require.ts'

/** One case of the set, as its README has it. */
export interface Case {
  readonly id: string
  readonly nginx_config: string
  readonly request: string | null
  readonly request_headers: string | null
  readonly expected_status: number | readonly number[]
  readonly expected_response_headers: string | null
  readonly log_reason: string | null
}

/** Where keys come from: a document as a file or behind a URL; undefined for one that is not there. */
export interface KeysWanted {
  readonly at: 'file' | 'jwks'
  readonly keys: readonly Jwk[] | undefined
}

/** One issuer as sallyport.yaml has it, but for its keys. */
export interface IssuerWanted {
  readonly realm: string
  readonly keys: KeysWanted
  readonly settings: Readonly<Record<string, unknown>>
}

/** One request of a case, and how Sallyport is to tell who makes it. */
export interface Step {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty where everybody may call. */
  readonly issuers: readonly IssuerWanted[]
  readonly place: Readonly<Record<string, string>>
}

/** What stood in http blocks, which the set does not carry; the titles of the cases say it. */
const httpBlocks: Readonly<Record<string, string>> = {
  'auth_jwt_key_file.t#9': 'auth_jwt_key_file $TEST_NGINX_DATA_DIR/test1.jwks;',
  'auth_jwt_key_request.t#9': 'auth_jwt_key_request /test1.jwks;',
  'auth_jwt_validate_exp.t#4': 'auth_jwt_validate_exp off;',
}

/** The tokens that a map of nginx, which the set does not carry either, chose by a request header. */
const mapped: Readonly<Record<string, string>> = {
  test1: 'test1_jwt',
  test2: 'test2_jwt',
  none: 'test0_jwt',
  forged: 'test1_invalid_sig_jwt',
  future: 'test1_jwt',
  expired: 'test1_invalid_exp_jwt',
}

const hmac = ['HS256', 'HS384', 'HS512']

/** nginx lets any algorithm by; an issuer of ours has secrets or public keys, so a mixed set is used as the token asks. */
function algorithmsFor({ algorithms }: Demands, keys: readonly Jwk[], token: string | undefined) {
  if (algorithms !== undefined) return { algorithms }
  const secret = keys.filter(({ kty }) => kty === 'oct').length
  const header = Buffer.from(token?.split('.')[0] ?? '', 'base64url').toString()
  const isHmac = secret > 0 && (secret === keys.length || !/"alg":\s*"(?:RS|ES|PS)/.test(header))
  return isHmac ? { algorithms: hmac } : {}
}

const days: Readonly<Record<string, number>> = { d: 1, w: 7, M: 30, y: 365 }

/** nginx writes `10M` for ten months. */
function durationOf(text: string): string {
  const [, count = '', unit = ''] = /^(\d+)([a-zA-Z])$/.exec(text) ?? []
  const length = days[unit]
  return length === undefined ? `${count}${unit}` : `${Number(count) * length}d`
}

function keysOf(levels: Levels): KeysWanted {
  const nameOf = (word: string) => variableOf(levels, word) ?? word
  const files = everyOf(levels, 'auth_jwt_key_file')
  const documents = [...files, ...everyOf(levels, 'auth_jwt_key_request')].map(([word = '', format]) =>
    keysIn(nameOf(word), format),
  )
  const revoked = nearestOf(levels, 'auth_jwt_revocation_list_kid').flatMap(([name = '']) =>
    Object.keys(dataFile<object>(name) ?? {}),
  )
  const known = documents.filter(keys => keys !== undefined)
  const isMissing = documents.length > 0 && known.length === 0
  const keys = known.flat().filter(({ kid }) => kid === undefined || !revoked.includes(kid))
  const usual = documents.length === 0 ? keysIn('jwks.json') : keys
  return { at: files.length > 0 || documents.length === 0 ? 'file' : 'jwks', keys: isMissing ? undefined : usual }
}

function issuersOf(levels: Levels, realm: string, token: string | undefined): IssuerWanted[] {
  if (everyOf(levels, 'auth_jwt_require').length > 0) throw new Lacking('a variable of nginx that decides')
  if (everyOf(levels, 'auth_jwt_revocation_list_sub').length > 0) throw new Lacking('a list of revoked subjects')
  const demands = demandsOf(levels)
  const keys = keysOf(levels)
  const [leeway] = nearestOf(levels, 'auth_jwt_leeway')[0] ?? []
  const [expiry] = nearestOf(levels, 'auth_jwt_validate_exp')[0] ?? []
  const settings = {
    audience: demands.audience.length === 0 ? 'any' : demands.audience,
    ...algorithmsFor(demands, keys.keys ?? [], token),
    ...(leeway !== undefined && { leeway: durationOf(leeway) }),
    ...(expiry === 'off' && { expiry: 'ignored' }),
    ...(demands.idToken && { idToken: true }),
    require: demands.require,
  }
  const names = demands.issuers.length === 0 ? ['any'] : demands.issuers
  return names.map(issuer => ({ realm, keys, settings: { issuer, ...settings } }))
}

const places: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  $arg_token: { query: 'token' },
  $cookie_token: { cookie: 'token' },
}

/** The token that a variable stands for. */
function namedToken(variable: string, levels: Levels, header: string): string | undefined {
  if (variable === '$jwt') return tokensByName()[mapped[header.split(': ')[1] ?? ''] ?? '']
  return variableOf(levels, variable) ?? tokensByName()[variable.slice(1)]
}

function stepOf(server: Parameters<typeof levelsOf>[0], method: string, target: string, header: string): Step {
  const levels = levelsOf(server, method, target.split('?')[0] ?? '')
  const [name = '', value = ''] = header.split(/: (.*)/s)
  const sent = name === 'Authorization' || name === 'Cookie' ? { [name]: value.replace(/eyJ[\w.-]+/g, resigned) } : {}
  const guard = nearestOf(levels, 'auth_jwt')[0]
  if (guard === undefined) return { method, target, headers: sent, issuers: [], place: {} }
  const variable = guard[1]?.replace(/^token=/, '')
  const place = variable === undefined ? {} : (places[variable] ?? {})
  const given = variable === undefined || variable in places ? undefined : namedToken(variable, levels, header)
  const token = given ?? /eyJ[\w.-]+/.exec(value)?.[0]
  const headers = given === undefined ? sent : { Authorization: `Bearer ${resigned(given)}` }
  return { method, target, headers, issuers: issuersOf(levels, guard[0] ?? '', token), place }
}

/** A case as requests, each with the issuers that its location trusts. Throws Lacking where that can't be. */
export function stepsOf({ id, nginx_config, request, request_headers }: Case): Step[] {
  if (request === null) throw new Lacking('no request: the case is about what nginx reads')
  if (!/auth_jwt /.test(nginx_config)) throw new Lacking('no token in it')
  const server = parseNginx(`${httpBlocks[id] ?? ''}\n${nginx_config}`)
  const headers = (request_headers ?? '')
    .split('\n')
    .flatMap(line => /^\s*"?([\w-]+: [^"\n]*)"?,?$/.exec(line)?.[1] ?? [])
  const requests = [...request.matchAll(/(GET|POST) ([^\s"]+)/g)]
  return requests.map(([, method = '', target = ''], i) => stepOf(server, method, target, headers[i] ?? ''))
}

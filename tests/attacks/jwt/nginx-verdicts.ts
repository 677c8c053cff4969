/** What cases ask for that Sallyport does not offer, and how many ask for it. They are not replayed. */
export const lacking: Readonly<Record<string, number>> = {
  'a claim that is compared by size': 20,
  'a claim that must not have a value': 16,
  'a variable of nginx that decides': 14,
  'no request: the case is about what nginx reads': 11,
  'a claim that may have one of several values': 9,
  'a claim that is compared with a pattern': 8,
  'a header parameter other than alg': 5,
  'a member of an array': 5,
  'no token in it': 4,
  'a list of revoked subjects': 2,
  'a claim that is compared with an array or an object': 1,
  'an expected value that is no JSON': 1,
}

/** What became of a case: the status of each of its requests, or a configuration that does not load. */
export type Decided = readonly number[] | 'does not load'

export interface Deviation {
  readonly reason: string
  readonly decided: Readonly<Record<string, Decided>>
}

const notLoaded = (...ids: readonly string[]) => Object.fromEntries(ids.map(id => [id, 'does not load'] as const))
const requested = [1, 4, 6, 7, 8, 9, 10, 13, 14, 17, 24].map(number => `auth_jwt_key_request.t#${number}`)

/** Cases that Sallyport decides otherwise on purpose. Every one of them refuses what nginx lets by, or refuses sooner. */
export const deviations: readonly Deviation[] = [
  {
    reason: 'secrets behind a URL are never used: what is published is no secret',
    decided: notLoaded(...requested),
  },
  {
    reason: 'with two different keys of one name it would be a matter of order which one counts',
    decided: notLoaded('auth_jwt_key_file.t#11', 'auth_jwt_key_file.t#14'),
  },
  {
    reason: 'a key file that is not there is found when the configuration is read, not when somebody calls',
    decided: notLoaded('auth_jwt_key_file.t#19', 'auth_jwt_key_file.t#20'),
  },
  {
    reason: 'none is not an algorithm',
    decided: notLoaded('auth_jwt_require_loc_conf_persist.t#1', 'auth_jwt_validation_header_alg.t#28'),
  },
  {
    reason: 'signatures are always verified',
    decided: { 'auth_jwt_validate_sig.t#6': [401], 'auth_jwt_validate_sig.t#7': [401, 401] },
  },
]

/** Cases whose WWW-Authenticate is another one on purpose. */
export const otherChallenges: Readonly<Record<string, readonly string[]>> = {
  'a 401 always bears a challenge (RFC 9110 section 15.5.2)': [
    'auth_jwt.t#5',
    'auth_jwt.t#13',
    'auth_jwt.t#15',
    'auth_jwt_www_authenticate.t#3',
    'auth_jwt_www_authenticate.t#9',
  ],
  'a call that was let by gets no challenge': ['auth_jwt.t#18', 'bearer_token.t#3', 'bearer_token.t#6'],
  'a challenge says what the gateway knows; nobody writes it by hand': [
    'auth_jwt_www_authenticate.t#7',
    'auth_jwt_www_authenticate.t#8',
  ],
}

/** What nginx logs for a refusal, and how the reason in Sallyport's record begins then. */
export const reasons: readonly (readonly [logged: RegExp, recorded: RegExp])[] = [
  [/was not provided/, /^(?:no credential was presented|malformed)/],
  [/token expired/, /^expired/],
  [/exp claim requirement/, /^expired/],
  [/nbf claim requirement/, /^not-yet/],
  [/claim requirement|missing claim/, /^claim/],
  [/alg header requirement|none algorithm/, /^algorithm/],
  [/kid in revocation list/, /^key/],
  [/signature validate failure|without signature key/, /^(?:key|signature|algorithm)/],
]

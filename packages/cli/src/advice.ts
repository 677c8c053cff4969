import type { ProblemCode } from '@sallyport/core'

/** What an operator may do about a refusal, by its code. */
const known: Readonly<Partial<Record<ProblemCode, string>>> = {
  'address-refused': "Call from an address that the API's admit.ip allows, or add this one there.",
  'route-unknown': 'Compare the path with `sallyport check`: it lists every operation under its API path.',
  'method-unknown': 'Use a method that the path has, or add the operation to the configuration.',
  'target-malformed': 'Send the path normalised: no dot or empty segments, each character encoded once.',
  'target-ambiguous': 'Send / as / where it parts segments; %2F is data inside a segment.',
  'host-unknown': 'Add the host to gateway.hosts, or call a host that stands there.',
  'body-too-large': "Send less, or raise the operation's maxBody.",
  'credential-missing': 'Send a credential that identify reads; its places stand in the line of identify.',
  'credential-bad': 'Obtain a new credential. The reason above tells what is wrong with this one.',
  'proof-bad':
    'Make a DPoP proof for each call, with the key that the token is bound to, for its method, URL and token.',
  'credential-expired': 'Obtain a new token, or rotate the key with `sallyport key rotate NAME --expires 90d`.',
  'credential-refused-here': 'Use the key within its bounds; `sallyport key list` shows them.',
  'issuer-unavailable': "See that the gateway reaches the issuer's keys: its discovery or JWKS URL.",
  'scope-missing':
    'Have the issuer grant the missing scope, or make a key with it: `sallyport key create NAME --scopes A,B`.',
  'role-missing': 'Give the caller one of the roles at the issuer, or in the users or keys file.',
  'door-refused': 'Have whoever asks show the secret of the door, and tell of the call as docs/decisions.md says.',
  'outside-refuses': 'The outside policy engine decides: ask whoever keeps its policies.',
  'outside-unavailable': 'See that the gateway reaches the engine, and that it answers with a plain decision.',
  'not-allowed': 'One of the alternatives must hold whole; the reason above tells what each lacks.',
  'not-permitted':
    'Mint a token that permits it, with `sallyport token mint`; `sallyport token inspect` shows what this one permits.',
  'origin-not-allowed':
    "List the page's origin under cors or csrf, if it is to do this; behind a proxy that ends TLS, set gateway.url.",
  'csrf-token-missing': 'Have the page send the value of the cookie csrf_token in X-CSRF-Token.',
  'csrf-token-bad': 'Have the page read its cookie anew before it sends: the reason above tells what is wrong.',
  'limit-exceeded': 'Wait until the limit has room again, or raise it under limit.',
  'attempts-exceeded': 'Wait: too many wrong credentials came from this address or for this account.',
  'upstream-unreachable': 'See that the upstream of forward.to runs and can be reached from the gateway.',
  'upstream-timeout': 'See why the upstream is slow, or raise forward.timeouts.',
  'upstream-broken': "See the upstream's own log: it closed the connection or sent what is no HTTP.",
  'not-cached': 'Leave only-if-cached out of Cache-Control, or call once without it.',
  internal: 'This is a fault of the gateway. Its log has the whole of it under the id of the call.',
}

export function adviceFor(code: string): string | undefined {
  return new Map(Object.entries(known)).get(code)
}

import { type GatewayRules, type HeaderList, Problem } from '@sallyport/core'

/** A host as RFC 3986 section 3.2.2 has it, with an optional port; no user, no path. */
const hostForm = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9.])?)(?::\d{1,5})?$/

const malformed = (reason: string) => new Problem('request-malformed', { detail: reason }, reason)

/** The host that the request names, lower case, port kept. Throws Problem where there is none, or one that is not served. */
export function readHost(headers: HeaderList, rules: GatewayRules): string {
  const host = headers.get('host')?.toLowerCase()
  if (host === undefined) throw malformed('the Host field is missing')
  if (!hostForm.test(host)) throw malformed('the Host field is not a host')
  const name = host.replace(/:\d+$/, '')
  if (rules.hosts.length > 0 && !rules.hosts.includes(name)) {
    throw new Problem('host-unknown', {}, `host ${name} is not among gateway.hosts`)
  }
  return host
}

const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i

/** The origin-form of a target; an absolute-form one (RFC 9112 section 3.2.2) must name the same host. */
export function originForm(target: string, host: string): string {
  if (target.startsWith('/')) return target
  const [, authority, rest] = absoluteForm.exec(target) ?? []
  if (authority === undefined || rest === undefined) {
    throw new Problem(
      'target-malformed',
      { detail: 'the target must begin with a slash' },
      'the target is in neither origin form nor absolute form',
    )
  }
  if (authority.toLowerCase() !== host) throw malformed('the target names another host than the Host field')
  return rest.startsWith('/') ? rest : `/${rest}`
}

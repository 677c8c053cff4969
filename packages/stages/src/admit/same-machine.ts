import { isIP } from 'node:net'
import { type HeaderList, Problem } from '@sallyport/core'

/** Whether a host to listen on is this machine's own. */
export const isOwnAddress = (host: string) =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

const withoutPort = (host: string) => host.replace(/:\d+$/, '')

/**
 * What a browser is made to send by a foreign page. A name that an attacker's DNS leads here is no host of ours
 * (DNS rebinding); a foreign Origin or Sec-Fetch-Site (W3C Fetch Metadata) tells a page of another site. Throws Problem.
 */
export function requireSameMachine(hosts: ReadonlySet<string>): (headers: HeaderList) => void {
  return headers => {
    const [host = '', ...others] = headers.all('host').map(text => text.toLowerCase())
    if (others.length > 0 || !hosts.has(withoutPort(host))) {
      throw new Problem('host-unknown', {}, `${JSON.stringify(host)} is no name of this machine`)
    }
    const origin = headers.get('origin')?.toLowerCase()
    if (origin !== undefined && origin !== `http://${host}`) {
      throw new Problem('origin-refused', {}, `origin ${JSON.stringify(origin)} is not this one`)
    }
    const site = headers.get('sec-fetch-site')
    if (site === 'cross-site' || site === 'same-site') {
      throw new Problem('origin-refused', {}, `a page of another origin asked (Sec-Fetch-Site: ${site})`)
    }
  }
}

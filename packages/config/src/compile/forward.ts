import { type CacheRule, type ForwardRule, isLoopback } from '@sallyport/core'
import { mayPass } from '@sallyport/stages'
import { nodeAt, type Path } from '../read/tree.ts'
import type { WrittenForward } from '../schema/forward.ts'
import { readAuthorities } from './authorities.ts'
import type { Compilation } from './compilation.ts'
import { warnOfLiteral } from './literal-secrets.ts'

const secretPlaces: readonly Path[] = [['bearer'], ['basic', 'password']]

function warnOfLiterals(path: Path, work: Compilation): void {
  const credential = [...path, 'credential']
  const named = ['header', 'query'].flatMap(kind => {
    const node = nodeAt(work.tree, [...credential, kind])
    return node?.kind === 'map' ? [...node.entries.keys()].map(name => [kind, name]) : []
  })
  for (const place of [...secretPlaces, ...named]) warnOfLiteral([...credential, ...place], work)
}

function check(written: WrittenForward, path: Path, work: Compilation): void {
  if (written.to.protocol === 'http:' && !isLoopback(written.to.hostname) && !written.allowPlainHttp) {
    work.mistake([...path, 'to'], 'plain HTTP beyond this machine is refused: use https, or allowPlainHttp: true')
  }
  for (const [i, name] of written.pass.entries()) {
    if (!mayPass(name)) work.mistake([...path, 'pass', i], `${name} never crosses over`)
  }
}

const cacheRule = (written: WrittenForward['cache']): CacheRule | undefined =>
  written && {
    ttlMs: written.ttl,
    maxBody: written.maxBody,
    staleIfErrorMs: written.staleIfError,
    anyAddress: written.anyAddress,
  }

/** Where an operation's calls go. Undefined, with mistakes, where a file it needs cannot be had. */
export async function compileForward(written: WrittenForward, path: Path, work: Compilation): Promise<ForwardRule> {
  check(written, path, work)
  warnOfLiterals(path, work)
  const ca = await readAuthorities(written.ca, [...path, 'ca'], work)
  const { connect, headers, body, whole } = written.timeouts
  return {
    origin: written.to.origin,
    base: written.to.pathname.replace(/\/$/, ''),
    ca,
    credential: written.credential,
    caller: written.caller,
    timeouts: { connectMs: connect, headersMs: headers, bodyMs: body, wholeMs: whole },
    pass: written.pass,
    connections: written.connections,
    maxAnswer: written.maxAnswer,
    cache: cacheRule(written.cache),
  }
}

import {
  type Api,
  type AuthorizeGuard,
  type Guard,
  isLoopback,
  type Limit,
  makeOnce,
  type Operation,
} from '@sallyport/core'
import { type Asker, askers, type DecisionDoor, type StagePorts, unfitToAsk, unfitToJudge } from '@sallyport/stages'
import { refuseWeakSecret } from '@sallyport/tokens'
import type { Path } from '../read/tree.ts'
import type { Configuration } from '../schema/configuration.ts'
import type { WrittenDoor } from '../schema/decisions.ts'
import { readAuthorities } from './authorities.ts'
import type { Compilation } from './compilation.ts'
import { isKeyPair } from './key-pair.ts'
import { warnOfLiteral } from './literal-secrets.ts'

type Apis = readonly Api<StagePorts>[]

async function tlsOf({ tls }: WrittenDoor, path: Path, work: Compilation): Promise<DecisionDoor['tls']> {
  if (tls === undefined) return undefined
  const at = [...path, 'tls']
  const read = async (key: 'cert' | 'key', file: string) => (await work.read([...at, key], file))?.text
  const [cert, key] = [await read('cert', tls.cert), await read('key', tls.key)]
  const clients = await readAuthorities(tls.clients, [...at, 'clients'], work)
  if (cert === undefined || key === undefined || (tls.clients !== undefined && clients === undefined)) return undefined
  if (!isKeyPair(cert, key)) work.mistake(at, 'cert and key are not a PEM certificate and its private key')
  return { cert, key, ...(clients !== undefined && { clients }) }
}

/** Visible characters alone can be sent in a field. */
const sendable = /^[!-~]{1,1024}$/

function checkSecret({ secret }: WrittenDoor, path: Path, work: Compilation): void {
  if (secret === undefined) return
  const at = [...path, 'secret']
  warnOfLiteral(at, work)
  const text = secret.reveal()
  if (!sendable.test(text)) work.mistake(at, 'a secret for a field has visible characters alone, without blanks')
  try {
    refuseWeakSecret(Buffer.from(text))
  } catch (error) {
    work.mistake(at, error instanceof Error ? error.message : String(error))
  }
}

/** Whoever reaches a door may ask whatever it likes: so a door has to know who does. */
function checkGuarded({ listen, secret, tls }: WrittenDoor, path: Path, work: Compilation): void {
  if ('path' in listen) {
    if (tls !== undefined) work.mistake([...path, 'tls'], 'a unix socket has no TLS')
    return
  }
  if (secret === undefined && tls?.clients === undefined)
    work.mistake(path, 'whoever reaches this door could ask: it needs a unix socket, a secret, or tls with clients')
  if (tls === undefined && !isLoopback(listen.host))
    work.mistake([...path, 'listen'], 'beyond this machine it needs tls: else anybody on the way could read and answer')
}

/** The APIs that a door judges. A name that none has is a mistake. */
function apisOf({ apis: named }: WrittenDoor, path: Path, apis: Apis, work: Compilation): Apis {
  if (named === undefined) return apis
  return named.flatMap((name, i) => {
    const found = apis.filter(api => api.name === name)
    if (found.length === 0)
      work.mistake([...path, 'apis', i], `no API is named ${JSON.stringify(name)}`, {
        allowed: apis.map(api => api.name),
      })
    return found
  })
}

type Unfit = typeof unfitToJudge

const unfitFor: Readonly<Record<Asker, Unfit>> = { nginx: unfitToJudge, envoy: unfitToJudge, authzen: unfitToAsk }

const unjudged = ({ protect, destination }: Operation<StagePorts>): readonly string[] => [
  ...protect.map(({ name }) => name),
  ...('upstream' in destination && destination.upstream.credential !== undefined ? ['forward.credential'] : []),
]

/** What of an API isn't done by who forwards its calls: somebody ought to know. */
function warnOfUnjudged(api: Api<StagePorts>, asker: Asker, path: Path, work: Compilation): void {
  const names = [...new Set(api.operations.flatMap(unjudged))]
  if (names.length > 0)
    work.warn(path, `${names.join(', ')} of ${api.name} does nothing where ${asker} forwards the call`)
}

function checkFit(apis: Apis, asker: Asker, path: Path, probe: StagePorts, work: Compilation): void {
  // Guards are made to ask them what they want, and can't be where something is wrong.
  if (work.mistakes.length > 0) return
  const makers = {
    authorize: makeOnce<StagePorts, AuthorizeGuard>(probe),
    inspect: makeOnce<StagePorts, Guard>(probe),
    limit: makeOnce<StagePorts, Limit>(probe),
  }
  for (const api of apis) {
    const whys = Map.groupBy(
      api.operations.flatMap(operation => unfitFor[asker](operation, makers).map(why => ({ id: operation.id, why }))),
      ({ why }) => why,
    )
    for (const [why, [first, ...more]] of whys) {
      const others = more.length === 0 ? '' : ` and ${more.length} more`
      work.mistake(path, `${first?.id}${others} of ${api.name}: ${why}; name under apis those that can be judged here`)
    }
    if (asker !== 'authzen') warnOfUnjudged(api, asker, path, work)
  }
}

/** The doors at which others ask for decisions. */
export async function compileDecisions(
  written: Configuration['gateway']['decisions'],
  apis: Apis,
  probe: StagePorts,
  work: Compilation,
): Promise<readonly DecisionDoor[]> {
  const doors: DecisionDoor[] = []
  for (const asker of askers) {
    const door = written[asker]
    if (door === undefined) continue
    const path = ['gateway', 'decisions', asker]
    checkGuarded(door, path, work)
    checkSecret(door, path, work)
    const judged = apisOf(door, path, apis, work)
    checkFit(judged, asker, path, probe, work)
    const { listen: at, secret } = door
    doors.push({
      ...{ asker, at, secret },
      tls: await tlsOf(door, path, work),
      apis: new Set(judged.map(({ name }) => name)),
      url: asker === 'authzen' ? written.authzen?.url?.href.replace(/\/$/, '') : undefined,
      reasons: asker === 'authzen' && written.authzen?.reasons === true,
    })
  }
  return doors
}

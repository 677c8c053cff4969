import { type Arrival, bodyOf, type CallEvent, noBody, type Outgoing, Problem, type Reply } from '@sallyport/core'
import { buildRoutes, clientAddress, type Door, explain, handle, isBodiless, type StagePorts } from '@sallyport/stages'
import type { Agreed } from './caller.ts'
import { collected } from './collected.ts'
import type { Answer, MadeCall, Outcome } from './made.ts'
import { duringCall, type Present, presentCall } from './present.ts'
import { keyOf, type ListName, type Rules } from './rules.ts'
import { type MadeRules, watched } from './watched.ts'
import { World } from './world.ts'

/** Rules, and what their guards are made with. Their clock is `clockAt`'s. */
export interface Setting {
  readonly snapshot: Rules
  readonly ports: StagePorts
  readonly agreed: Agreed
}

function replyOf({ status = 200, headers = {}, body }: Answer): Reply {
  const isText = typeof body === 'string' || body === undefined
  const named = Object.keys(headers).some(name => name.toLowerCase() === 'content-type')
  const type = isText || named ? [] : ['Content-Type', 'application/json']
  return {
    kind: 'answer',
    status,
    headers: [...type, ...Object.entries(headers).flat()],
    body: isText ? (body ?? '') : JSON.stringify(body),
  }
}

/** How upstreams may answer, which rules ask of them for their own ends. */
const ofForm: ReadonlySet<string> = new Set(['accept-encoding', 'range', 'if-range'])

/** A request as a text to compare. Of fields only the names: values such as what an upstream is told of the caller are others each time. */
function textOf({ method, path, headers, body }: Outgoing, origin: string): string {
  const names = headers.filter((_, i) => i % 2 === 0).map(name => name.toLowerCase())
  const sent = Buffer.from(body.whole() ?? []).toString('latin1')
  return JSON.stringify([method, origin + path, names.filter(name => !ofForm.has(name)).sort(), sent])
}

/** Nothing is sent: what would have been is seen, and what the test says is answered. */
const imaginedUpstreams: StagePorts['upstreams'] = {
  send(outgoing, { origin }) {
    const present = presentCall()
    present.sent = textOf(outgoing, origin)
    return replyOf(present.answer ?? {})
  },
}

/** Rules that ask are told what the test says; where it says nothing nobody answers. */
const imaginedAsking: StagePorts['asking'] = {
  send({ path }) {
    const { asked } = presentCall()
    if (Object.hasOwn(asked, path)) return replyOf(asked[path] ?? {})
    throw new Problem('upstream-unreachable', {}, `the test doesn't say what is answered to GET ${path}: asked`)
  },
}

const bodyIn = (bytes: Uint8Array): Arrival['body'] => (bytes.length === 0 ? { ...noBody } : bodyOf(bytes))

const pairsOf = ({ headers }: Reply) =>
  Array.from({ length: headers.length / 2 }, (_, i) => [headers[2 * i] ?? '', headers[2 * i + 1] ?? ''] as const)

/** Where calls of tests are judged: by the stages and guards of a gateway or an application, over a world of their own. */
export class Stand {
  readonly made: MadeRules
  readonly #world: World
  readonly #door: Door
  readonly #rules: Rules

  private constructor(rules: Rules, world: World, door: Door, made: MadeRules) {
    this.#rules = rules
    this.#world = world
    this.#door = door
    this.made = made
  }

  /** Rejects with what a guard throws that can't be made. */
  static async of({ snapshot, ports, agreed }: Setting): Promise<Stand> {
    const world = new World()
    const made: MadeRules = { parts: new Map(), changing: new Set() }
    const within: StagePorts = {
      ...world.within(ports),
      upstreams: imaginedUpstreams,
      asking: imaginedAsking,
      hearsAnswered: () => true,
      record(event) {
        const present = presentCall()
        present.event = event
        if (present.again === undefined) ports.record(event)
      },
    }
    const routes = await buildRoutes(watched(snapshot, agreed, made), within)
    const door = { ports: within, routes: () => routes, addressOf: clientAddress(snapshot.gateway) }
    return new Stand(snapshot, world, door, made)
  }

  /** Why a call came to what it did, stage by stage. */
  explain(event: CallEvent): ReturnType<typeof explain> {
    return explain(event, { snapshot: this.#rules, ports: this.#door.ports })
  }

  /** Forgets what calls left behind. */
  renew(): void {
    this.#world.renew()
  }

  judge({ arrival, body, time, answer, asked }: MadeCall, again?: Present['again']): Promise<Outcome> {
    const present: Present = {
      ...{ time, answer, asked, again, isAnswered: answer !== undefined, decided: new Set() },
      ...{ event: undefined, refusing: undefined, handled: undefined, sent: undefined },
    }
    return duringCall(present, async () => {
      const handled = await handle({ ...arrival, body: bodyIn(body) }, this.#door)
      const { reply } = handled
      const read = await collected(reply)
      const bytesOut = read.body.length
      const bytesIn = body.length
      if (read.failed === undefined) await handled.finish({ end: 'complete', bytesIn, bytesOut })
      else await handled.finish({ end: 'failed', bytesIn, bytesOut, reason: read.failed })
      this.#noteLimit(present)
      return {
        status: reply.status,
        headers: pairsOf(reply),
        body: isBodiless(arrival.method, reply.status) ? new Uint8Array(0) : read.body,
        ...{ event: present.event, refusing: present.refusing, decided: present.decided },
        ...{ handled: present.handled, sent: present.sent },
      }
    })
  }

  /** Limits are taken together: which of them refused stands in the record. */
  #noteLimit(present: Present): void {
    const { event } = present
    const name = event?.refusal?.limit
    if (event === undefined || name === undefined) return
    const list: ListName = event.refusal?.stage === 'admit' ? 'admitLimit' : 'limit'
    const api = this.#rules.apis.find(api => api.name === event.api)
    const operation = api?.operations.find(({ id }) => id === event.operation)
    for (const rule of operation?.[list] ?? []) {
      if (rule.name !== name) continue
      present.refusing = { name, label: rule.label, parts: [] }
      present.decided.add(keyOf(list, rule))
    }
  }
}

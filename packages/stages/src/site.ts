import { type Asked, type Call, HeaderList, noBody, type Site, type Told, type View } from '@sallyport/core'
import type { HeldBodies } from './admit/held-bodies.ts'
import { readJsonBody } from './admit/json-body.ts'
import { readAnswer } from './forward/answer-body.ts'
import type { Responder } from './forward/forward.ts'
import { crossing, headerRules } from './forward/request-headers.ts'
import { queryMaker, upstreamPath } from './forward/upstream-target.ts'
import type { Identification } from './identify/identification.ts'
import type { StagePorts } from './ports.ts'

/** What of a route its site is made of. */
interface Setting {
  readonly apiPath: string
  readonly maxBody: number
  readonly held: HeldBodies
  readonly identify: Identification
  readonly responder: Responder
  readonly ports: StagePorts
}

function tellerFor({ apiPath, identify }: Setting): (view: View) => Told {
  const places = identify.places.map(({ place }) => place)
  const rules = headerRules([], places, [])
  const queryOf = queryMaker(places, undefined)
  return ({ call }) => ({
    path: upstreamPath(call.target.path, { apiPath, keepPath: false }, ''),
    query: queryOf(call.target.query),
    headers: crossing(call.headers, rules),
  })
}

const asks = new HeaderList(['Accept', 'application/json', 'Accept-Encoding', 'identity'])

/** The call that a guard makes on its own account: of the caller's only the credential that its token brings. */
function askingCall(call: Call, apiPath: string, text: string): Call {
  const mark = text.indexOf('?')
  const path = apiPath + (mark < 0 ? text : text.slice(0, mark))
  const query = mark < 0 ? undefined : text.slice(mark + 1)
  return { ...call, method: 'GET', target: { ...call.target, path, query }, headers: asks, body: noBody }
}

function askerFor({ apiPath, responder, ports }: Setting): Site['upstream'] {
  if (responder.kind !== 'upstream') return undefined
  return async (path, { call, principal }): Promise<Asked> => {
    const outgoing = responder.prepare({ call: askingCall(call, apiPath, path), principal })
    const { reply, json } = await readAnswer(await ports.asking.send(outgoing, responder.rule))
    return { status: reply.status, json }
  }
}

/** What guards are given of a route's calls. Answers and upstream only where there is one. */
export function makeSite(setting: Setting): Site {
  const { maxBody, held } = setting
  const why = 'this operation takes JSON bodies only'
  const upstream = askerFor(setting)
  return {
    told: tellerFor(setting),
    body: ({ call }) => readJsonBody(call, { maxBody, held, why }),
    ...(upstream && { upstream, answer: readAnswer }),
  }
}

import {
  type Asked,
  type Call,
  type Fields,
  type ForwardRule,
  type Guard,
  HeaderList,
  type Json,
  type JsonLimits,
  noBody,
  type RequestBody,
  type Site,
  type Told,
  type View,
} from '@sallyport/core'
import { readAnswer } from './bodies/answer-body.ts'
import { readContent } from './bodies/content.ts'
import type { HeldBodies } from './bodies/held-bodies.ts'
import { readJsonBody } from './bodies/json-body.ts'
import type { Responder } from './forward/forward.ts'
import { crossing, headerRules, withoutCookies } from './forward/request-headers.ts'
import { queryMaker, upstreamPath } from './forward/upstream-target.ts'
import type { Identification } from './identify/identification.ts'
import type { Made } from './judge.ts'
import type { StagePorts } from './ports.ts'
import { maskWhole } from './protect/mask/masker.ts'
import { needlesOf } from './protect/mask/needles.ts'
import type { Findings } from './record/findings.ts'

/** What of a route its site is made of. */
interface Setting {
  readonly apiPath: string
  readonly maxBody: number
  readonly json: JsonLimits
  readonly held: HeldBodies
  readonly findings: Findings
  /** The guards of inspect. */
  readonly looks: readonly Made<Guard>[]
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

function fieldsTeller({ identify }: Setting): (view: View) => Fields {
  const places = identify.places.map(({ place }) => place)
  const { own, cookies } = headerRules([], places, [])
  const left = new Set([...own, 'authorization', 'cookie', 'dpop', 'proxy-authorization'])
  return ({ call: { headers } }) => ({
    headers: headers.names.flatMap((name, i) => (left.has(name) ? [] : [name, headers.valueAt(i)])),
    cookies: headers.all('cookie').map(value => withoutCookies(value, cookies)),
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

/** Bytes that an answer may have which is made in this process. */
const handledMax = 10 * 2 ** 20

/** An answer is counted with the bodies of the call that it belongs to. */
const answerReader =
  (maxBody: number, held: HeldBodies): NonNullable<Site['answer']> =>
  (reply, { call }) =>
    readAnswer(reply, { maxBody, count: bytes => held.add(call.id, bytes) })

/** A sealed credential is masked in the answer itself before any guard of protect sees it. */
function maskerFor({ credential }: ForwardRule): NonNullable<Site['withoutCredential']> {
  const needles = credential === undefined || credential === 'sealed' ? undefined : needlesOf(credential)
  if (needles === undefined) return text => text
  return text => Buffer.from(maskWhole(Buffer.from(text), needles)).toString()
}

function askerFor(setting: Setting): Pick<Site, 'upstream' | 'answer' | 'withoutCredential'> {
  const { apiPath, responder, ports, held } = setting
  if (responder.kind !== 'upstream') return { answer: answerReader(handledMax, held), withoutCredential: text => text }
  const answer = answerReader(responder.rule.maxAnswer, held)
  const upstream = async (path: string, view: View): Promise<Asked> => {
    const { call, principal } = view
    const outgoing = responder.prepare({ call: askingCall(call, apiPath, path), principal })
    const { reply, json } = await answer(await ports.asking.send(outgoing, responder.rule), view)
    return { status: reply.status, json }
  }
  return { upstream, answer, withoutCredential: maskerFor(responder.rule) }
}

/** Reads each body once, however many guards ask. */
function once<Value>(read: (call: Call) => Value | Promise<Value>): (view: View) => Value | Promise<Value> {
  const known = new WeakMap<RequestBody, Value | Promise<Value>>()
  return ({ call }) => {
    const value = known.get(call.body) ?? read(call)
    known.set(call.body, value)
    return value
  }
}

const empty = new Uint8Array(0)

/** What guards are given of a route's calls. An upstream only where there is one. */
export function makeSite(setting: Setting): Site {
  const { maxBody, json, held, findings, looks } = setting
  const why = 'this operation takes JSON bodies only'
  return {
    path: setting.apiPath,
    told: tellerFor(setting),
    fields: fieldsTeller(setting),
    pinned: place => looks.some(({ guard }) => guard.pins?.(place) === true),
    found: (finding, { call }) => findings.add(call.id, finding),
    body: once<Json | undefined>(call => readJsonBody(call, { maxBody, json, held, why })),
    sent: once(({ id, body }) => (body.length === 0 ? empty : body.read(maxBody, bytes => held.add(id, bytes)))),
    content: once(call => readContent(call, { maxBody, held })),
    ...askerFor(setting),
  }
}

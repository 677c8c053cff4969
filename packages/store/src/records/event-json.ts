import { type CallEvent, remembered } from '@sallyport/core'

/** What needs no escaping in JSON, whoever reads it. */
const plain = /^[\w .:/@+~=-]*$/

const quoted = (text: string) => (plain.test(text) ? `"${text}"` : JSON.stringify(text))

const kept = new WeakMap<object, string>()

/** JSON of a value that many calls share and nobody changes: made once. */
function sharedJson(value: object): string {
  const known = kept.get(value)
  if (known !== undefined) return known
  const made = JSON.stringify(value)
  kept.set(value, made)
  return made
}

const textMember = (name: string, value: string | undefined) =>
  value === undefined ? '' : `,"${name}":${quoted(value)}`

/** A member whose texts come again and again. */
function commonMember(name: string): (value: string | undefined) => string {
  const known = remembered(value => textMember(name, value))
  return value => (value === undefined ? '' : known(value))
}

const snapshotMember = commonMember('snapshot')
const methodMember = commonMember('method')
const hostMember = commonMember('host')
const ipMember = commonMember('ip')
const apiMember = commonMember('api')
const operationMember = commonMember('operation')
const outcomeMember = commonMember('outcome')
const cacheMember = commonMember('cache')

const numberMember = (name: string, value: number | undefined) => (value === undefined ? '' : `,"${name}":${value}`)
const thousandths = Array.from({ length: 1000 }, (_, rest) => `.${String(rest).padStart(3, '0')}`)

/** Milliseconds to three decimals, by way of whole microseconds: the shortest form of a double costs four times as much. */
function timeMember(name: string, ms: number | undefined): string {
  if (ms === undefined) return ''
  const us = Math.round(ms * 1000)
  const rest = us % 1000
  return `,"${name}":${(us - rest) / 1000}${rest === 0 ? '' : thousandths[rest]}`
}

const sharedMember = (name: string, value: object | undefined) =>
  value === undefined ? '' : `,"${name}":${sharedJson(value)}`

const listMember = (name: string, values: readonly object[] | undefined) =>
  values === undefined ? '' : `,"${name}":[${values.map(sharedJson).join()}]`

/** What is of the caller is shared by its calls. */
function factsMember(facts: CallEvent['facts']): string {
  if (facts === undefined) return ''
  const { caller, request } = facts
  return `,"facts":{"caller":${sharedJson(caller)}${request === undefined ? '' : `,"request":${JSON.stringify(request)}`}}`
}

/**
 * An event in JSON, in two parts that only want a closing brace: what is needed to explain a call, which are the rules, what policies
 * made of it and by what; and all the rest.
 */
export interface EventJson {
  readonly start: string
  readonly grounds: string
}

/** The JSON of an event, as JSON.stringify would make it but for the order of its members, in a fifth of the time. */
export function eventJson(event: CallEvent): EventJson {
  const start =
    `{"id":"${event.id}","time":"${event.time}"` +
    snapshotMember(event.snapshot) +
    textMember('door', event.door) +
    methodMember(event.method) +
    textMember('path', event.path) +
    hostMember(event.host) +
    ipMember(event.ip) +
    textMember('clientId', event.clientId) +
    apiMember(event.api) +
    operationMember(event.operation) +
    (event.asked === undefined ? '' : `,"asked":${JSON.stringify(event.asked)}`) +
    sharedMember('user', event.user) +
    sharedMember('application', event.application) +
    sharedMember('credential', event.credential) +
    numberMember('status', event.status) +
    outcomeMember(event.outcome) +
    (event.refusal === undefined ? '' : `,"refusal":${JSON.stringify(event.refusal)}`) +
    (event.findings === undefined ? '' : `,"findings":${JSON.stringify(event.findings)}`) +
    timeMember('totalMs', event.totalMs) +
    timeMember('upstreamMs', event.upstreamMs) +
    cacheMember(event.cache) +
    numberMember('bytesIn', event.bytesIn) +
    numberMember('bytesOut', event.bytesOut)
  const grounds = sharedMember('rules', event.rules) + listMember('policies', event.policies) + factsMember(event.facts)
  return { start, grounds }
}

import type { Method, Operation, Rule, RuleFault } from '@sallyport/core'
import { identifyFault, type StagePorts, unguardedAgainstPages, wordsOf } from '@sallyport/stages'
import type { Rules } from './api.ts'
import type { Shape } from './endpoint.ts'
import { Media } from './media.ts'

/** Throws TypeError where pages are told of one operation alone: preflights are answered alike for every path. */
function requireSharedCors({ id, protect }: Operation<StagePorts>): void {
  if (protect.some(({ kind, from }) => kind === 'cors' && from === 'operation'))
    throw new TypeError(`${id}: protect.cors: stands in app({ protect }), for all operations alike`)
}

/** Throws TypeError where an operation's callers can't be told apart, where any page could make them call, or where cors is its own. */
export function checkOperation(operation: Operation<StagePorts>, ports: StagePorts): void {
  const make = (rule: Rule<StagePorts, Method>) => rule.create(ports, rule)
  const { id, identify } = operation
  requireSharedCors(operation)
  const fault = identifyFault(identify, make)
  if (fault !== undefined) throw new TypeError(`${id}: identify: ${fault}`)
  const by = unguardedAgainstPages(operation, make)
  if (by === undefined) return
  const why = `its callers may be known by ${by}, which browsers add to calls of any page`
  throw new TypeError(`${id}: ${why}: say inspect: { csrf: true }, or { csrf: 'off' } where no browser calls`)
}

const toldOf = ({ message, line, column }: RuleFault) =>
  line === undefined ? message : `line ${line}, column ${column}: ${message}`

const naming = ['authorize', 'limit', 'protect'] as const

/** Throws TypeError where a rule names what isn't there. What the application says may name all of its operations. */
export function requireKnownNames(operations: readonly Operation<StagePorts>[], ports: StagePorts): void {
  const make = (rule: Rule<StagePorts, Method>) => rule.create(ports, rule)
  const known = new Set<unknown>()
  for (const operation of operations)
    for (const stage of naming)
      for (const rule of [...operation[stage], ...(operation.tried?.[stage] ?? [])]) {
        if (known.has(rule)) continue
        known.add(rule)
        const { faults } = rule.create(ports, rule)
        const [fault] = faults?.(wordsOf(rule.from === 'api' ? operations : [operation], make, ports.gateway.geo)) ?? []
        if (fault !== undefined)
          throw new TypeError(`${operation.id}: ${[stage, rule.name, ...(fault.at ?? [])].join('.')}: ${toldOf(fault)}`)
      }
}

/** Rules of protect that read answers whole, which those that stream may never be. */
const wholeKinds: ReadonlySet<string> = new Set([
  ...['body', 'document', 'xml', 'encrypt', 'sign', 'digest', 'httpSignature'],
])

/** Throws TypeError where an operation streams, and a rule would wait for the end of it. */
export function requireStreams({ id, protect }: Operation<StagePorts>, { response, responses = {} }: Shape): void {
  const streams = [response, ...Object.values(responses)].some(each => each instanceof Media && each.form === 'stream')
  const rule = protect.find(({ kind }) => wholeKinds.has(kind))
  if (streams && rule !== undefined)
    throw new TypeError(`${id}: protect.${rule.kind}: reads answers whole, and this one streams: say bytes or text`)
}

/** Throws TypeError where two operations answer the same calls: whose rules would hold? */
export function requireOnce(routes: readonly string[]): void {
  const known = new Map<string, string>()
  for (const route of routes) {
    // What parameters are called tells no calls apart.
    const calls = route.replaceAll(/\{[^}*]*(\*?)\}/g, '{$1}')
    const other = known.get(calls)
    if (other !== undefined)
      throw new TypeError(other === route ? `${route} stands twice` : `${route} answers the same calls as ${other}`)
    known.set(calls, route)
  }
}

/** Throws TypeError where a limit tells callers apart by an address that nobody knows: they would all be one. */
export function requireNoAddress(levels: readonly Rules[]): void {
  for (const [name, { per }] of levels.flatMap(({ limit = {} }) => Object.entries(limit)))
    if (per === 'ip')
      throw new TypeError(`limit.${name}.per: ip needs addresses, which addresses: 'unknown' says there are not`)
}

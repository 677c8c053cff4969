import type { AdmitGuard, Guard, Handler, Rule } from '@sallyport/core'
import type { Bound, StagePorts } from '@sallyport/stages'
import { handlerOf, type Work } from './answer.ts'
import type { AuthorizeRule } from './authorize.ts'
import { requireCaptured } from './captured.ts'
import { requireDeclared } from './declared.ts'
import { type Endpoint, endpointOf, type Known, type RouteText, type Shape } from './endpoint.ts'
import { givenReading } from './given.ts'
import type { Identify } from './identify.ts'
import { knownOperation, knownRules } from './known-options.ts'
import { knownShape } from './known-shape.ts'
import { type LimitOptions, limitRule } from './limit.ts'
import { fitsOf } from './response.ts'
import { type Inspect, inspectRules, type Protect, protectRules } from './section.ts'

/** The rules of the stages. An application's add to those of its operations; the nearest identify wins. */
export interface Rules {
  readonly admit?: readonly Bound<AdmitGuard>[] | undefined
  readonly identify?: Identify | undefined
  readonly authorize?: AuthorizeRule | readonly AuthorizeRule[] | undefined
  readonly limit?: Readonly<Record<string, LimitOptions>> | undefined
  readonly inspect?: Inspect | undefined
  readonly protect?: Protect | undefined
}

/** What an operation comes to in an application. */
export interface Working {
  readonly input: Rule<StagePorts, Guard>
  readonly handler: Handler
}

/** An operation that can be called: what goes in and out, who may call it, and what it does. */
export interface Operation {
  readonly endpoint: Endpoint<Shape>
  readonly rules: Rules
  /** `owner` names it in records. */
  work(owner: string): Working
}

/** Throws TypeError, naming the route and the option, where a rule can't be meant. */
function requireRules(route: RouteText, { limit = {}, inspect, protect }: Rules): void {
  try {
    for (const [name, options] of Object.entries(limit)) limitRule(name, options)
    inspectRules(inspect)
    protectRules(protect)
  } catch (error) {
    throw error instanceof TypeError ? new TypeError(`${route}: ${error.message}`) : error
  }
}

/** An operation of what is known to be good. Throws TypeError where a rule can't be meant, or it has no handler. */
function operationOf<S extends Shape>(declared: Endpoint<S>, rules: Rules, work: Work<S>): Operation {
  requireCaptured(declared)
  requireRules(declared.route, rules)
  if (typeof work !== 'function') throw new TypeError(`${declared.route}: needs a handler`)
  const fits = fitsOf(declared)
  return Object.freeze({
    endpoint: declared,
    rules,
    work(owner: string): Working {
      const { rule, readOf } = givenReading(declared, owner)
      return { input: rule, handler: handlerOf(declared, fits, work, readOf) }
    },
  })
}

/** Gives an endpoint its rules and its work. Throws TypeError where an option can't be meant. */
export function implement<S extends Shape>(declared: Endpoint<S>, rules: Rules, work: Work<S>): Operation {
  requireDeclared(declared.route, knownShape, declared.shape)
  requireDeclared(declared.route, knownRules, rules)
  return operationOf(declared, rules, work)
}

/** One operation, declared and implemented at once. Throws TypeError where an option can't be meant. */
export function api<const S extends Shape>(
  route: RouteText,
  declaration: S & Rules & Known<S, keyof Shape | keyof Rules>,
  work: Work<S>,
): Operation {
  requireDeclared(route, knownOperation, declaration)
  return operationOf(endpointOf<S, RouteText>(route, declaration), declaration, work)
}

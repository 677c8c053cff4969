import type { AdmitGuard, Guard, Handler, Rule } from '@sallyport/core'
import type { Bound, StagePorts } from '@sallyport/stages'
import { handlerOf, type Work } from './answer.ts'
import type { AuthorizeRule } from './authorize.ts'
import { type Endpoint, endpoint, type RouteText, type Shape } from './endpoint.ts'
import { givenReading } from './given.ts'
import type { Identify } from './identify.ts'
import type { LimitOptions } from './limit.ts'
import { fitsOf } from './response.ts'
import type { Inspect, Protect } from './section.ts'

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

/** Gives an endpoint its rules and its work. */
export function implement<S extends Shape>(declared: Endpoint<S>, rules: Rules, work: Work<S>): Operation {
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

/** One operation, declared and implemented at once. */
export function api<const S extends Shape>(route: RouteText, declaration: S & Rules, work: Work<S>): Operation {
  return implement(endpoint<S>(route, declaration), declaration, work)
}

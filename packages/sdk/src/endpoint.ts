import { readTemplate } from '@sallyport/core/portable'
import type { AuditStance } from './audit/stance.ts'
import type { Media, MediaValues } from './media.ts'
import type { Input, Output, Schema } from './schema.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
type HttpMethod = (typeof methods)[number]

/** A method and a path template: `GET /items/{id}`. */
export type RouteText = `${HttpMethod} /${string}`

/** What goes in and out of a call. What isn't declared doesn't. */
export interface Shape {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  /** Of what the path template captures, texts by name. */
  readonly params?: Schema
  /** Of the query: texts by name, a list where a name stands several times. */
  readonly query?: Schema
  /** Of the header fields, in lower case, that it names. */
  readonly headers?: Schema
  /** Of the JSON body, or what else it is. */
  readonly body?: Schema | Media<'text' | 'bytes'>
  /** Of the JSON answer, or what else it is; none means 204. */
  readonly response?: Schema | Media<keyof MediaValues>
  /** Of a good answer: 200, or 204 where there is no `response`, unless given. */
  readonly status?: number
  /** What of its calls is told to the application's `audit`, or why nothing is. */
  readonly audit?: AuditStance
  /** Of answers with other statuses. */
  readonly responses?: Readonly<Record<number, Schema | Media<keyof MediaValues>>>
}

/** Nothing beside the options that there are: one that is misspelt would do nothing. */
export type Known<Given, Options extends PropertyKey> = Readonly<Record<Exclude<keyof Given, Options>, never>>

type Made<S, Otherwise> = S extends Media<infer Form> ? MediaValues[Form] : S extends Schema ? Output<S> : Otherwise

/** What a handler is given of a call that passed every check before it. */
export interface Given<S extends Shape> {
  readonly params: Made<S['params'], Readonly<Record<string, string>>>
  readonly query: Made<S['query'], undefined>
  readonly headers: Made<S['headers'], undefined>
  readonly body: Made<S['body'], undefined>
}

/** What a function gives that says nothing of it, `async` ones too. */
type Nothing = ReturnType<() => void>

/** What a handler gives back: what `response` takes in, or nothing. */
export type Result<S extends Shape> =
  S['response'] extends Media<infer Form>
    ? MediaValues[Form]
    : S['response'] extends Schema
      ? Input<S['response']>
      : Nothing

/** One operation as data: server, client and document read the same object. */
export interface Endpoint<S extends Shape, R extends RouteText = RouteText> {
  readonly route: R
  readonly method: HttpMethod
  readonly template: string
  readonly shape: S
}

const isMethod = (text: string): text is HttpMethod => methods.some(method => method === text)

/**
 * Declares an operation. Throws TypeError where the route is no method and path template. What the shape holds is judged where it is
 * implemented: browsers, which declare endpoints too, are spared what that takes.
 */
export function endpointOf<const S extends Shape, const R extends RouteText>(
  route: R,
  shape: S & Known<S, keyof Shape>,
): Endpoint<S, R> {
  const [method = '', template = '', more] = route.split(' ')
  if (!isMethod(method) || !template.startsWith('/') || more !== undefined)
    throw new TypeError(`route ${JSON.stringify(route)}: needs a method and a path template, such as GET /items/{id}`)
  readTemplate(template)
  if (shape.body !== undefined && (method === 'GET' || method === 'HEAD'))
    throw new TypeError(`route ${JSON.stringify(route)}: a body has no meaning with ${method} (RFC 9110 section 9.3.1)`)
  return Object.freeze({ route, method, template, shape })
}

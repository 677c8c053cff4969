import { isLoopback } from '@sallyport/core/portable'
import type { Endpoint, RouteText, Shape } from '../endpoint.ts'
import { answered } from './answer.ts'
import { sentOf } from './body.ts'
import { type CredentialSource, credentialFields } from './credential.ts'
import { pathOf } from './path.ts'
import { pairsOf, singlesOf } from './text.ts'
import type { Answered, Arguments, Nothing } from './types.ts'

export interface ClientOptions {
  /** Where the service is: `https://shop.example.com`, or below a path of it. */
  readonly url: string
  readonly credential?: CredentialSource
  /** Fields of every call. */
  readonly headers?: Readonly<Record<string, string>>
  /** A credential goes over plain HTTP beyond this machine only where this says so. */
  readonly allowPlainHttp?: boolean
  /** What sends requests: `fetch` of the platform unless given, such as that of an application under test. */
  readonly fetch?: (request: Request) => Promise<Response>
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

export interface Client {
  /**
   * Calls an operation. Rejects with Refused where it was refused, with UnexpectedAnswer where it answers what it doesn't declare, and with
   * TypeError where the arguments have no form as a request, or nobody answers.
   */
  call<S extends Shape, R extends RouteText>(
    endpoint: Endpoint<S, R>,
    ...given: Nothing extends Arguments<S, R>
      ? [given?: Arguments<S, R>, options?: CallOptions]
      : [given: Arguments<S, R>, options?: CallOptions]
  ): Promise<Answered<S>>
}

/** The parts of a request, whatever their types. */
interface Given {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: object
  readonly headers?: object
  readonly body?: unknown
}

function baseOf({ url, credential, allowPlainHttp = false }: ClientOptions): string {
  const read = URL.canParse(url) ? new URL(url) : undefined
  if (read === undefined || !/^https?:$/.test(read.protocol) || read.search + read.hash + read.username + read.password)
    throw new TypeError('url: needs an http or https URL without query and password, such as https://shop.example.com')
  if (credential !== undefined && read.protocol === 'http:' && !isLoopback(read.hostname) && !allowPlainHttp)
    throw new TypeError('url: a credential would go over plain HTTP; use https, or say allowPlainHttp: true')
  return read.href.replace(/\/$/, '')
}

function queryOf(query: object | undefined): string {
  const fields = new URLSearchParams()
  for (const [name, text] of pairsOf('query', query)) fields.append(name, text)
  return fields.size === 0 ? '' : `?${fields}`
}

/** Calls of one service, typed by its endpoints. Throws TypeError, naming the option, for what can't be meant. */
export function client(options: ClientOptions): Client {
  const base = baseOf(options)
  const { credential, headers = {}, fetch: send = request => fetch(request) } = options

  async function requestOf({ method, template, shape }: Endpoint<Shape>, given: Given, { signal }: CallOptions) {
    const { params = {}, query, headers: own, body } = given
    const url = base + pathOf(template, params) + queryOf(query)
    const fields = new Headers(headers)
    for (const [name, text] of [...Object.entries(await credentialFields(credential)), ...singlesOf('headers', own)])
      fields.set(name, text)
    const sent = sentOf(shape.body, body)
    if (sent !== undefined) fields.set('content-type', sent.type)
    return new Request(url, {
      ...{ method, headers: fields },
      ...(sent !== undefined && { body: sent.content }),
      ...(signal && { signal }),
      // What another place answers isn't this service's, and no credential follows there.
      redirect: 'error',
    })
  }

  async function call(endpoint: Endpoint<Shape>, given: Given = {}, own: CallOptions = {}): Promise<unknown> {
    return answered(endpoint, await send(await requestOf(endpoint, given, own)))
  }
  // The endpoint's schemas, from which the types of both come, are held by its service.
  return { call } as Client
}

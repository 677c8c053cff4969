import type { RouteText, Shape } from '../endpoint.ts'
import type { Media, MediaValues } from '../media.ts'
import type { Input, Output, Schema } from '../schema.ts'
import type { Sendable } from './text.ts'

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer More}`
  ? (Name extends `${infer Tail}*` ? Tail : Name) | Names<More>
  : never

/** What a path template captures. Unknown where the route isn't written out. */
type Captured<R extends RouteText> = string extends Names<R> ? string : Names<R>

type Needed<Name extends string, Value> = undefined extends Value
  ? { readonly [K in Name]?: Value }
  : { readonly [K in Name]: Value }
/** `{}`: what a value extends that may be left out whole. */
export type Nothing = Record<never, never>

type Member<Name extends string, Value> = Nothing extends Value ? { readonly [K in Name]?: Value } : Needed<Name, Value>
type None<Name extends string> = { readonly [K in Name]?: undefined }
type Part<Name extends string, S> = S extends Schema ? Member<Name, Input<S>> : None<Name>

type Params<S extends Shape, R extends RouteText> = S['params'] extends Schema
  ? Part<'params', S['params']>
  : [Captured<R>] extends [never]
    ? None<'params'>
    : { readonly params: Readonly<Record<Captured<R>, Sendable>> }

/** What a call of an endpoint needs: what its schemas take in. */
export type Arguments<S extends Shape, R extends RouteText> = Params<S, R> &
  Part<'query', S['query']> &
  Part<'headers', S['headers']> &
  (S['body'] extends Media<infer Form> ? { readonly body: MediaValues[Form] } : Part<'body', S['body']>)

/** What answers that aren't JSON come to. A stream is read once; its answer is left off when its reader stops. */
interface Received {
  readonly text: string
  readonly bytes: Uint8Array
  readonly stream: AsyncIterable<Uint8Array>
}

type Declared = Schema | Media<keyof MediaValues>
type Body<S> = S extends Media<infer Form> ? Received[Form] : S extends Schema ? Output<S> : undefined

type UsualStatus<S extends Shape> = S['status'] extends number
  ? S['status']
  : S['response'] extends Declared
    ? 200
    : 204

type Others<R> = { readonly [Status in keyof R]: { readonly status: Status; readonly body: Body<R[Status]> } }[keyof R]

/** What a call comes to: the answer, or where others are declared one of them, told apart by its status. */
export type Answered<S extends Shape> =
  S['responses'] extends Readonly<Record<number, Declared>>
    ? { readonly status: UsualStatus<S>; readonly body: Body<S['response']> } | Others<S['responses']>
    : Body<S['response']>

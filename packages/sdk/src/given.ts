import { type Call, type Guard, type Json, Problem, type Rule, type Site, type View } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Endpoint, Given, Shape } from './endpoint.ts'
import { type Faults, fitted, type Schema } from './schema.ts'

/** Texts by name: one, or a list where a name stands several times. */
type Texts = Readonly<Record<string, string | readonly string[]>>

const gathered = (pairs: Iterable<readonly [string, string]>): Texts => {
  const texts = new Map<string, string[]>()
  for (const [name, value] of pairs) texts.set(name, [...(texts.get(name) ?? []), value])
  return Object.fromEntries(
    [...texts].map(([name, [only = '', ...more]]) => [name, more.length === 0 ? only : [only, ...more]]),
  )
}

const queryOf = ({ target }: Call): Texts => gathered(new URLSearchParams(target.query ?? ''))
const headersOf = ({ headers }: Call): Texts =>
  gathered(headers.names.map((name, i) => [name, headers.valueAt(i)] as const))

/** Where each part of a call is read, and which member of the shape judges it. */
const parts: readonly (readonly [part: keyof Given<Shape>, read: (view: View, site: Site) => unknown])[] = [
  ['params', ({ call }) => call.parameters],
  ['query', ({ call }) => queryOf(call)],
  ['headers', ({ call }) => headersOf(call)],
  ['body', (view, site): Promise<Json | undefined> | undefined => site.body?.(view)],
]

function prefixed(part: string, faults: Faults): [string, readonly string[]][] {
  return Object.entries(faults).map(([place, messages]) => [place === '' ? part : `${part}.${place}`, messages])
}

async function read(
  schema: Schema,
  value: unknown,
  part: string,
  faults: Map<string, readonly string[]>,
): Promise<unknown> {
  const made = await fitted(schema, value)
  if ('value' in made) return made.value
  for (const [place, messages] of prefixed(part, made.faults)) faults.set(place, messages)
  return undefined
}

/** The rule of inspect that reads what an endpoint declares, and what it made of a call. */
export interface Reading<S extends Shape> {
  readonly rule: Rule<StagePorts, Guard>
  readonly givenOf: (view: View) => Given<S>
}

/** Reads what an endpoint declares. Whatever doesn't fit refuses the call, all faults at once. */
export function givenReading<S extends Shape>({ shape }: Endpoint<S>, owner: string): Reading<S> {
  const known = new WeakMap<View, Given<S>>()
  const guard: Guard = {
    ...(shape.body !== undefined && { needs: ['body'] }),
    async check(view, site) {
      const faults = new Map<string, readonly string[]>()
      const given: Record<string, unknown> = { params: view.call.parameters }
      for (const [part, valueIn] of parts) {
        const schema = shape[part]
        if (schema !== undefined) given[part] = await read(schema, await valueIn(view, site), part, faults)
      }
      if (faults.size > 0) {
        const errors = Object.fromEntries(faults)
        throw new Problem(
          'input-invalid',
          { detail: 'The request does not fit.', errors },
          `it does not fit: ${[...faults.keys()].join(', ')}`,
        )
      }
      // Each part was made by the schema that its type comes from.
      known.set(view, given as unknown as Given<S>)
    },
  }
  const declared = parts.map(([part]) => part).filter(part => shape[part] !== undefined)
  return {
    rule: {
      kind: 'input',
      name: 'input',
      from: 'operation',
      owner,
      label: declared.join(', ') || 'nothing',
      config: declared,
      create: () => guard,
    },
    givenOf(view) {
      const given = known.get(view)
      if (given === undefined) throw new Error('a handler was called before its input was read')
      return given
    },
  }
}

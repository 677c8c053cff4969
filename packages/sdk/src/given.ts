import { after, type Guard, Problem, type Rule, type View } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Endpoint, Given, Shape } from './endpoint.ts'
import { Media } from './media.ts'
import { partsOf } from './parts.ts'
import type { Faults, Fitted } from './schema.ts'

const prefixed = (part: string, faults: Faults): readonly (readonly [string, readonly string[]])[] =>
  Object.entries(faults).map(([place, messages]) => [place === '' ? part : `${part}.${place}`, messages])

function requireNone(faults: ReadonlyMap<string, readonly string[]>): void {
  if (faults.size === 0) return
  const errors = Object.fromEntries(faults)
  const reason = `it does not fit: ${[...faults.keys()].join(', ')}`
  throw new Problem('input-invalid', { detail: 'The request does not fit.', errors }, reason)
}

/** What was read of a call, and of which application it is. */
export interface ReadCall<S extends Shape> {
  readonly given: Given<S>
  readonly ports: StagePorts
}

/** The rule of inspect that reads what an endpoint declares, and what it made of a call. */
export interface Reading<S extends Shape> {
  readonly rule: Rule<StagePorts, Guard>
  readonly readOf: (view: View) => ReadCall<S>
}

/** Reads what an endpoint declares. Whatever doesn't fit refuses the call, all faults at once. */
export function givenReading<S extends Shape>({ shape }: Endpoint<S>, owner: string): Reading<S> {
  const known = new WeakMap<View, ReadCall<S>>()
  const parts = partsOf(shape)
  const guard = (ports: StagePorts): Guard => ({
    ...(shape.body !== undefined && { needs: [shape.body instanceof Media ? 'content' : 'body'] }),
    check(view, site) {
      const given: Record<string, unknown> = { params: view.call.parameters }
      const faults = new Map<string, readonly string[]>()
      const keep = (part: string, made: Fitted<unknown>): void => {
        if ('value' in made) given[part] = made.value
        else for (const [place, messages] of prefixed(part, made.faults)) faults.set(place, messages)
      }
      const read = parts.reduce<void | Promise<void>>(
        (before, [part, readPart]) => after(before, () => after(readPart(view, site), made => keep(part, made))),
        undefined,
      )
      return after(read, () => {
        requireNone(faults)
        // Each part was made by the schema that its type comes from.
        known.set(view, { given: given as unknown as Given<S>, ports })
      })
    },
  })
  const declared = parts.map(([part]) => part)
  return {
    rule: {
      kind: 'input',
      name: 'input',
      from: 'operation',
      owner,
      label: declared.join(', ') || 'nothing',
      config: declared,
      create: guard,
    },
    readOf(view) {
      const read = known.get(view)
      if (read === undefined) throw new Error('a handler was called before its input was read')
      return read
    },
  }
}

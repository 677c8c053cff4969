import { type Method, type Principal, Problem } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

const nobody: ReadonlySet<string> = new Set()

export const anonymousPrincipal: Principal = {
  user: undefined,
  application: undefined,
  actors: [],
  credential: { kind: 'anonymous', id: '' },
  scopes: nobody,
  roles: nobody,
  groups: nobody,
  claims: {},
}

/** Openness, written out: callers without any credential. A broken credential never ends here. */
export const anonymous = guardKind({
  kind: 'anonymous',
  settings: z.literal(true),
  label: () => 'anonymous',
  create: (): Method => ({
    kind: 'anonymous',
    places: [],
    mark: undefined,
    owns: () => false,
    verify() {
      throw new Problem('internal', {}, 'anonymous reads no credential')
    },
    challenge: undefined,
  }),
})

import type { Loaded } from '@sallyport/config'
import { leavesOf, type Operation } from '@sallyport/core'
import { isReading, type StagePorts } from '@sallyport/stages'
import { z } from 'zod'

export type Configuration = Exclude<Loaded['result'], { readonly mistakes: unknown }>

/** An operation, named as callers know it. */
export interface Named extends Operation<StagePorts> {
  readonly called: string
}

/** Operations of the gateway itself are no one's to mend. */
export function operationsOf({ snapshot }: Configuration): readonly Named[] {
  return snapshot.apis
    .filter(({ name }) => name !== 'well-known')
    .flatMap(({ path, operations }) =>
      operations.map(operation => {
        const [method = '', ...rest] = operation.id.split(' ')
        return { ...operation, called: `${method} ${path}${rest.join(' ')}` }
      }),
    )
}

export const changes = ({ method }: Named) => !isReading(method)
export const takesBody = (operation: Named) => changes(operation) && operation.method !== 'DELETE'
export const isOpen = ({ identify }: Named) => leavesOf(identify).some(({ kind }) => kind === 'anonymous')

type Rules = readonly { readonly kind: string; readonly config: unknown }[]

const mode = z.looseObject({ mode: z.literal('report') })

/** Whether there is a rule of these kinds that does more than report. */
export const has = (rules: Rules, ...kinds: readonly string[]) =>
  rules.some(({ kind, config }) => kinds.includes(kind) && !mode.safeParse(config).success)

export const calledThat = (operations: readonly Named[], is: (operation: Named) => boolean) =>
  operations.filter(is).map(({ called }) => called)

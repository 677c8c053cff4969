import type { Guard, Outgoing, Site, View } from '@sallyport/core'
import { askWhole } from '../bodies/whole-answer.ts'
import { whole } from './whole.ts'

/** What signs each direction, where it is to be signed. */
interface Signers {
  readonly answers: Pick<Guard, 'reply' | 'leave'> | undefined
  readonly requests: Guard['prepare']
}

/** How answers are signed in their fields, once they are there whole. */
export const inFields = (leave: Guard['leave']): Signers['answers'] => leave && { reply: whole, leave }

/** The hooks of a guard that signs answers, requests or both. Answers that are signed are asked for whole, and read. */
export function signingHooks({ answers, requests }: Signers): Pick<Guard, 'prepare' | 'reply' | 'leave'> {
  return {
    prepare(outgoing: Outgoing, view: View, site: Site) {
      const asked = answers === undefined ? outgoing : askWhole(outgoing)
      return requests === undefined ? asked : requests(asked, view, site)
    },
    ...answers,
  }
}

import type { Guard, Outgoing, Site, View } from '@sallyport/core'
import { askWhole } from '../bodies/whole-answer.ts'
import { whole } from './whole.ts'

/** What signs each direction, where it is to be signed. */
interface Signers {
  readonly answers: Guard['leave']
  readonly requests: Guard['prepare']
}

/** The hooks of a guard that signs answers, requests or both. Answers that are signed are asked for whole, and read. */
export function signingHooks({ answers, requests }: Signers): Pick<Guard, 'prepare' | 'reply' | 'leave'> {
  return {
    prepare(outgoing: Outgoing, view: View, site: Site) {
      const asked = answers === undefined ? outgoing : askWhole(outgoing)
      return requests === undefined ? asked : requests(asked, view, site)
    },
    ...(answers !== undefined && { reply: whole, leave: answers }),
  }
}

import type { Call, OwnAnswer, Reply } from '@sallyport/core'
import type { StagePorts } from '../ports.ts'
import { redirectToTls } from './redirect.ts'
import { revokeByHolder } from './revocation.ts'

type Answer = (call: Call, ports: StagePorts) => Reply | Promise<Reply>

/** What the gateway answers itself. A preflight's answer lies in the fields that protect adds. */
export const ownAnswers = {
  preflight: () => ({ kind: 'answer', status: 204, headers: [], body: '' }),
  redirect: redirectToTls,
  revocation: revokeByHolder,
} satisfies Record<OwnAnswer, Answer>

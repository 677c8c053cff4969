import { type CounterStanding, countersHealth, countersReady } from '@sallyport/store'
import type { Operation } from '../api.ts'
import type { Access } from './access.ts'
import { type Own, ownOperation } from './operation.ts'

const json = (status: number, value: unknown): Own => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
})

/** What is asked how it stands. */
interface Standing {
  counting(): CounterStanding
  recording(): Readonly<Record<string, boolean>>
}

/** `/healthz`: the process answers. `/readyz`: 503 where it would refuse calls because it can't count them, or can't write records that it keeps. */
export const healthOperations = (access: Access, { counting, recording }: Standing): readonly Operation[] => [
  ownOperation('/healthz', access, () => json(200, { healthy: true, ...countersHealth(counting()) })),
  ownOperation('/readyz', access, () => {
    const checks = { ...recording(), ...countersReady(counting()) }
    const ready = Object.values(checks).every(Boolean)
    return json(ready ? 200 : 503, { ready, checks })
  }),
]

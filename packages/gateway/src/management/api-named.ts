import { type Api, Problem, type Snapshot } from '@sallyport/core'
import type { Issuer, StagePorts } from '@sallyport/stages'

/** The API of this name. Throws Problem `input-invalid` under `api`, naming those that there are. */
export function apiNamed(name: string, { apis }: Snapshot<StagePorts, Issuer>): Api<StagePorts> {
  const api = apis.find(one => one.name === name)
  if (api !== undefined) return api
  const message = `is not known; there are ${apis.map(one => one.name).join(', ')}`
  throw new Problem('input-invalid', { errors: { api: [message] } }, `api ${message}`)
}

import type { CounterStanding } from '@sallyport/store'
import type { Operation } from '../api.ts'
import type { Node } from '../openapi/security.ts'
import type { Access } from './access.ts'
import { healthOperations } from './health.ts'
import { metricsOperations } from './metrics.ts'
import { openapiOperation } from './openapi.ts'
import type { Own } from './operation.ts'
import { type ReferenceOptions, referenceOperations } from './reference.ts'

/** What an application tells of itself, each to whom it says; what isn't asked for isn't served. */
export interface OwnOptions {
  /** Serves `/healthz` and `/readyz`. */
  readonly health?: Access
  /** Serves the document at `/openapi.json`. */
  readonly openapi?: Access
  /** Serves a page at `/reference` that shows the document, drawn by Scalar. Its reader must be able to have the document too. */
  readonly reference?: Access | ReferenceOptions
  /** Serves `/metrics`: how many calls ended how, and how long they took. */
  readonly metrics?: Access
}

/** What is told, asked when it is. */
interface Told {
  readonly title: string
  counting(): CounterStanding
  recording(): Readonly<Record<string, boolean>>
  document(): Node
  exposition(): Promise<Own>
}

/** The operations of an application's own. Rejects with TypeError where one can't be served. */
export async function ownOperations(options: OwnOptions, told: Told): Promise<readonly Operation[]> {
  const { health, openapi, reference, metrics } = options
  if (reference !== undefined && openapi === undefined)
    throw new TypeError('reference: shows the document, so openapi must say who may have that')
  return [
    ...(health === undefined ? [] : healthOperations(health, told)),
    ...(openapi === undefined ? [] : [openapiOperation(openapi, told.document)]),
    ...(reference === undefined ? [] : await referenceOperations(reference, told.title)),
    ...(metrics === undefined ? [] : metricsOperations(metrics, told.exposition)),
  ]
}

import { getApi } from './apis.ts'
import { getCall, listCalls } from './calls.ts'
import { explainCall } from './explanations.ts'
import { listPolicies } from './policies.ts'
import { getSnapshot, listOperations } from './snapshot.ts'
import { mintToken, retireTokenKey, revokeToken, rotateTokenKeys } from './tokens.ts'

export { type Explanation, explanation, type StageReport, stageReport } from './explanation.ts'
export { type ImaginedCall, type ImaginedCaller, type ImaginedRequest, imaginedCall } from './explanations.ts'
export type { PolicyRule } from './policies.ts'
export { printable } from './printable.ts'
export type { MintedToken, TokenKeys, TokenOrder } from './tokens.ts'

/** Every call of the management API, by the name of the verb that answers it. */
export const endpoints = {
  getCall,
  listCalls,
  explainCall,
  getSnapshot,
  listOperations,
  listPolicies,
  getApi,
  mintToken,
  revokeToken,
  rotateTokenKeys,
  retireTokenKey,
}

/** The prefix below which they are served. */
export const apiPrefix = '/api/v1'

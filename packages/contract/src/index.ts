import { getCall, listCalls } from './calls.ts'
import { explainCall } from './explanations.ts'
import { getSnapshot, listOperations } from './snapshot.ts'

export { type Explanation, explanation, type StageReport, stageReport } from './explanation.ts'
export { type ImaginedCall, type ImaginedCaller, type ImaginedRequest, imaginedCall } from './explanations.ts'
export { printable } from './printable.ts'

/** Every call of the management API, by the name of the verb that answers it. */
export const endpoints = { getCall, listCalls, explainCall, getSnapshot, listOperations }

/** The prefix below which they are served. */
export const apiPrefix = '/api/v1'

import type { AdmitGuard } from '@sallyport/core'
import type { Kind } from '../kind.ts'
import { ip } from './ip.ts'

/** The rules that need no caller, in the order in which they are judged. */
export const admitKinds = { ip } satisfies Record<string, Kind<AdmitGuard>>

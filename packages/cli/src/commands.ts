import { calls } from './calls.ts'
import { check } from './check.ts'
import { doctor } from './doctor/doctor.ts'
import { explain } from './explain.ts'
import type { Command } from './frame/command.ts'
import { init } from './init/init.ts'
import { keyCreate } from './key/create.ts'
import { keyList } from './key/list.ts'
import { keyRevoke } from './key/revoke.ts'
import { keyRotate } from './key/rotate.ts'
import { policyDiff } from './policy/diff.ts'
import { policyHits } from './policy/hits.ts'
import { secretDelete } from './secret/delete.ts'
import { secretList } from './secret/list.ts'
import { secretSet } from './secret/set.ts'
import { tokenInspect } from './token/inspect.ts'
import { tokenMint } from './token/mint.ts'
import { tokenNarrow } from './token/narrow.ts'
import { tokenProve } from './token/prove.ts'
import { tokenRetire } from './token/retire.ts'
import { tokenRevoke } from './token/revoke.ts'
import { tokenRotate } from './token/rotate.ts'
import { userCreate } from './user/create.ts'
import { userDelete } from './user/delete.ts'
import { userList } from './user/list.ts'
import { verify } from './verify/verify.ts'

/** Every command but `up`, which the front door adds, in the order in which help lists them. */
export const commands: readonly Command[] = [
  init,
  check,
  doctor,
  explain,
  calls,
  verify,
  policyDiff,
  policyHits,
  keyCreate,
  keyList,
  keyRotate,
  keyRevoke,
  userCreate,
  userList,
  userDelete,
  secretSet,
  secretList,
  secretDelete,
  tokenMint,
  tokenInspect,
  tokenNarrow,
  tokenProve,
  tokenRevoke,
  tokenRotate,
  tokenRetire,
]

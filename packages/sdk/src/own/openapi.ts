import type { Operation } from '../api.ts'
import type { Node } from '../openapi/security.ts'
import type { Access } from './access.ts'
import { ownOperation } from './operation.ts'

/** `/openapi.json`: what was declared. `document` is asked once calls come, for it tells of what the routes were made of. */
export function openapiOperation(access: Access, document: () => Node): Operation {
  let written: string | undefined
  return ownOperation('/openapi.json', access, () => {
    written ??= JSON.stringify(document())
    return { status: 200, contentType: 'application/json', body: written }
  })
}

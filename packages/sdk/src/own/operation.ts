import type { Reply } from '@sallyport/core'
import type { Operation } from '../api.ts'
import { endpoint } from '../endpoint.ts'
import { givenReading } from '../given.ts'
import { type Access, rulesOf } from './access.ts'

/** What an application says of itself. */
export interface Own {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** `GET path` of the application's own, judged in the stages as any other. */
export function ownOperation(path: `/${string}`, access: Access, answer: () => Own): Operation {
  const declared = endpoint(`GET ${path}`, {})
  const reply = (): Reply => {
    const { status, contentType, body } = answer()
    const headers = ['Content-Type', contentType, 'X-Content-Type-Options', 'nosniff', 'Cache-Control', 'no-store']
    return { kind: 'answer', status, headers, body }
  }
  return Object.freeze({
    endpoint: declared,
    rules: rulesOf(access),
    work: (owner: string) => ({ input: givenReading(declared, owner).rule, handler: reply }),
  })
}

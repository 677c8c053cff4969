import type { Json } from '@sallyport/core'
import { z } from 'zod'
import { type Protocol, shaped, Unclear } from './engine.ts'
import type { Facts } from './facts.ts'

/** OpenID Authorization API 1.0 (AuthZEN), section 6.1: one access evaluation. */
function question({ subject, method, operation, api, path, parameters, time, ip }: Facts): string {
  const { type, id, claims, ...properties } = subject
  return JSON.stringify({
    subject: { type, id, properties: { ...properties, claims: Object.fromEntries(claims) } },
    action: { name: operation, properties: { method } },
    resource: { type: 'route', id: path, properties: { api, operation, parameters } },
    context: { time, ip },
  })
}

/** Section 6.2: `decision` is a boolean; what `context` holds is the engine's affair, but for what it asks of us. */
const shape = z.object({
  decision: z.boolean(),
  context: z.record(z.string(), z.unknown()).optional(),
})

const isEmpty = (value: unknown) =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

function said(answer: Json) {
  const { decision, context = {} } = shaped(shape, answer)
  if (decision && !isEmpty(context.obligations))
    throw new Unclear('it permits with obligations, which nobody here meets')
  return { permits: decision, reason: 'its decision is false' }
}

export const authzen: Protocol = {
  at: base => `${base.replace(/\/$/, '')}/access/v1/evaluation`,
  contentType: 'application/json',
  question,
  answers: ['application/json'],
  said,
}

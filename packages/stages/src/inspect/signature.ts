import { hash } from 'node:crypto'
import { type Guard, Problem, type Site, type View } from '@sallyport/core'
import type { KeySource } from '@sallyport/tokens'
import { z } from 'zod'
import { duration } from '../keys/duration.ts'
import { keysOf, owner } from '../keys/owner.ts'
import { keyedKind, publicKeys } from '../keys/public-keys.ts'
import { orUnavailable } from '../keys/unavailable.ts'
import type { StagePorts } from '../ports.ts'
import { asymmetrical } from '../signatures/algorithms.ts'
import { componentOf, coveredBy } from '../signatures/base.ts'
import { BadSignature } from '../signatures/dictionary.ts'
import { requireDigest } from '../signatures/digest.ts'
import type { RequestMessage } from '../signatures/message.ts'
import { type ReadSignature, readSignature } from '../signatures/read.ts'
import { goodUntil, requireCovered } from '../signatures/request-policy.ts'
import { verifiedBase } from '../signatures/verify.ts'

const component = z.string().transform((text, context) => {
  try {
    return coveredBy([[componentOf(text)], new Map()])[0] ?? ''
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is no component' })
    return z.NEVER
  }
})

const settings = z.strictObject({
  keys: publicKeys,
  /** What must be covered beside method, host, path, query, body and what tells how to read it. */
  covers: z.array(component).default([]),
  algorithms: z
    .array(z.enum(asymmetrical))
    .min(1)
    .default(asymmetrical.filter(name => name !== 'rsa-v1_5-sha256')),
  maxAge: duration.prefault('5m'),
  leeway: duration.prefault('30s'),
  /** Which of several signatures counts. */
  label: z
    .string()
    .regex(/^[a-z*][a-z0-9_.*-]*$/, 'needs a label as Signature-Input has it, such as sig1')
    .optional(),
  tag: z.string().min(1).optional(),
  of: owner,
})
type Settings = z.output<typeof settings>

const messageOf = ({ call }: View): RequestMessage => {
  const { method, scheme, host, headers, target } = call
  return { method, scheme, host, headers, path: target.path, query: target.query }
}

async function requireBody({ covered }: ReadSignature, view: View, site: Site): Promise<void> {
  if (!covered.has('"content-digest"')) return
  const body = (await site.sent?.(view)) ?? new Uint8Array(0)
  requireDigest(view.call.headers.all('content-digest'), body)
}

/** What a client should sign the next time (RFC 9421 section 5.1). */
function wish({ covers, label = 'sig1', tag }: Settings): readonly [name: string, value: string] {
  const usual = ['"@method"', '"@authority"', '"@path"', '"@query"', '"content-digest"', '"content-type"']
  const tagged = tag === undefined ? '' : `;tag=${JSON.stringify(tag)}`
  return ['Accept-Signature', `${label}=(${[...usual, ...covers].join(' ')});created;keyid${tagged}`]
}

function checkerOf(
  config: Settings,
  keys: KeySource,
  { isFirstUse }: StagePorts,
  rule: { readonly owner: string; readonly name: string },
) {
  return async (view: View, site: Site): Promise<void> => {
    const { call, principal } = view
    const read = readSignature(call.headers, config.label)
    if (config.tag !== undefined && read.tag !== config.tag) throw new BadSignature('it bears another tag')
    requireCovered(read, call, config.covers)
    const until = goodUntil(read, call.at, config)
    const base = await verifiedBase(read, messageOf(view), keysOf(config.of, principal, keys), config.algorithms)
    await requireBody(read, view, site)
    // Without a nonce the same message signed in the same second counts as the same.
    const once = read.nonce === undefined ? base.toString('latin1') : JSON.stringify([read.keyid, read.nonce])
    const id = hash('sha256', `${rule.owner} ${rule.name} ${once}`, 'base64url')
    if (!isFirstUse(id, until, call.at)) throw new BadSignature('it was used before')
  }
}

/** The request bears an HTTP Message Signature (RFC 9421) by a known key that covers all of it, and comes for the first time. */
export const signature = keyedKind({
  kind: 'signature',
  settings,
  label: ({ of }) => `signed${of === undefined ? '' : ` by the caller's ${of}`}`,
  wanted: ({ keys }) => [{ at: ['keys'], keys, use: 'sig' }],
  create(config, ports, rule, [keys]): Guard {
    if (keys === undefined) throw new TypeError('there are no keys')
    const checked = checkerOf(config, keys, ports, rule)
    const detail = 'The request needs a signature of RFC 9421 over all that Accept-Signature names and it has.'
    return {
      needs: ['sent'],
      async check(view, site) {
        try {
          await checked(view, site)
        } catch (error) {
          if (!(error instanceof BadSignature)) throw orUnavailable(error)
          throw new Problem('signature-bad', { detail, headers: [wish(config)] }, `the signature: ${error.message}`)
        }
      },
    }
  },
})

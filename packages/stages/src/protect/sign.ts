import { bodyOf, type Guard, type HeaderPairs, Problem } from '@sallyport/core'
import { signDetached } from '@sallyport/tokens'
import { z } from 'zod'
import { outgoingBytes } from '../bodies/outgoing-body.ts'
import { canonicalFields, NotCanonical } from '../fields/canonical-fields.ts'
import { fieldsAt, TooManyFields } from '../fields/json-fields.ts'
import { jsonPaths } from '../fields/settings.ts'
import { requireSendable } from '../forward/request-headers.ts'
import { replaced } from '../header-edit.ts'
import { ownKey, ownKeyOf, publishedOf } from '../keys/own-key.ts'
import { guardKind } from '../kind.ts'
import type { StagePorts } from '../ports.ts'
import { leavingBody } from './digest.ts'
import { signingHooks } from './signing-guard.ts'

const signing = z.strictObject({
  ...ownKey,
  /** What alone is signed, as JSONPaths (RFC 9535); the whole body unless told. */
  at: jsonPaths.optional(),
  header: z.string().min(1).default('JWS-Signature'),
})
type Signing = z.output<typeof signing>

const settings = z
  .strictObject({ answers: signing.optional(), requests: signing.optional() })
  .refine(({ answers, requests }) => answers !== undefined || requests !== undefined, 'needs answers, requests or both')

type Sign = (headers: HeaderPairs, body: Uint8Array) => HeaderPairs

/** Puts a detached JWS into the field: over the body's bytes, or over the canonical JSON of what is chosen. Throws NotCanonical. */
function signerOf({ at, header, ...own }: Signing, ports: StagePorts): Sign {
  requireSendable(header)
  const key = ownKeyOf(own, ports)
  const find = at === undefined ? undefined : fieldsAt(at)
  const names = new Set([header.toLowerCase()])
  return (headers, body) => {
    const iat = Math.floor(ports.clock.now() / 1000)
    const payload = find === undefined ? body : Buffer.from(canonicalFields(body, find))
    const said = find === undefined ? { iat } : { iat, canon: 'rfc8785', paths: at }
    return replaced(headers, names, [header, signDetached(payload, key, said)])
  }
}

const isNotSigned = (error: unknown): error is Error => error instanceof NotCanonical || error instanceof TooManyFields

/** An answer that says what went wrong may be anything: without the field nobody takes it for one that was signed. */
function answerSigner(config: Signing, ports: StagePorts): NonNullable<Guard['leave']> {
  const sign = signerOf(config, ports)
  const names = new Set([config.header.toLowerCase()])
  return (headers, leaving) => {
    const body = leavingBody(leaving)
    if (body === undefined) return replaced(headers, names, [])
    try {
      return sign(headers, body)
    } catch (error) {
      if (!isNotSigned(error)) throw error
      if (leaving.status >= 400) return replaced(headers, names, [])
      throw new Problem('answer-invalid', {}, `the answer can't be signed: ${error.message}`)
    }
  }
}

function requestSigner(config: Signing, ports: StagePorts): NonNullable<Guard['prepare']> {
  const sign = signerOf(config, ports)
  const names = new Set([config.header.toLowerCase()])
  return async (outgoing, view, site) => {
    const bytes = await outgoingBytes(outgoing, view, site)
    if (bytes.length === 0) return { ...outgoing, headers: replaced(outgoing.headers, names, []) }
    try {
      return { ...outgoing, body: bodyOf(bytes, outgoing.body), headers: sign(outgoing.headers, bytes) }
    } catch (error) {
      if (!isNotSigned(error)) throw error
      throw new Problem('body-malformed', { detail: error.message }, `the request can't be signed: ${error.message}`)
    }
  }
}

const labelOf = (direction: string, entry: Signing | undefined) =>
  entry === undefined ? [] : [`${direction}${entry.at === undefined ? '' : ` at ${entry.at.join(', ')}`}`]

/** The body, or chosen parts of it, bear a detached JWS (RFC 7515 appendix F, RFC 7797) of the gateway's in a field of the message. */
export const sign = guardKind({
  kind: 'sign',
  settings,
  label: ({ answers, requests }) => [...labelOf('answers', answers), ...labelOf('requests', requests)].join(', '),
  create({ answers, requests }, ports): Guard {
    const signers = {
      answers: answers && answerSigner(answers, ports),
      requests: requests && requestSigner(requests, ports),
    }
    return {
      ...{ needs: ['sent'], publishes: publishedOf([answers, requests], ports) },
      ...signingHooks(signers),
    }
  },
})

import {
  bodyOf,
  type Guard,
  HeaderList,
  type HeaderPairs,
  type Leaving,
  type Outgoing,
  Problem,
  type Site,
  type View,
} from '@sallyport/core'
import { z } from 'zod'
import { outgoingBytes } from '../bodies/outgoing-body.ts'
import { replaced } from '../header-edit.ts'
import { duration } from '../keys/duration.ts'
import { ownKey, ownKeyOf, publishedOf } from '../keys/own-key.ts'
import { guardKind } from '../kind.ts'
import type { StagePorts } from '../ports.ts'
import { httpName } from '../signatures/algorithms.ts'
import { type Coverage, coverageOf, coveredIn, withFurther } from '../signatures/covered-fields.ts'
import { BadSignature } from '../signatures/dictionary.ts'
import { digestAlgorithms } from '../signatures/digest.ts'
import { type AnswerMessage, type Message, pathAndQuery, type RequestMessage } from '../signatures/message.ts'
import { signatureFields } from '../signatures/sign.ts'
import { digested, leavingBody } from './digest.ts'
import { directions, waysOf } from './directions.ts'
import { inFields, signingHooks } from './signing-guard.ts'

const signing = z.strictObject({
  ...ownKey,
  label: z
    .string()
    .regex(/^[a-z*][a-z0-9_.*-]*$/, 'needs a label of small letters, such as sallyport')
    .default('sallyport'),
  tag: z
    .string()
    .regex(/^[\x20-\x7e]+$/, 'needs a text of ASCII characters')
    .optional(),
  /** How long it is good. */
  lifetime: duration.prefault('5m'),
  /** Components beside those that are always covered. */
  covers: z.array(z.string()).default([]),
  digest: z.enum(digestAlgorithms).default('sha-256'),
})
type Signing = z.output<typeof signing>

const settings = z.union([
  z.literal(true).transform(() => ({ answers: signing.parse({}), requests: undefined })),
  directions(signing),
])

const ofBodies = ['content-type', 'content-encoding', 'content-digest', 'sallyport-encrypted-headers']

/** What of an answer is covered, and that it answers this very request (RFC 9421 section 2.4). */
const ofAnswers = coverageOf(
  ['@status', '@method;req', '@authority;req', '@path;req', '@query;req'],
  [...ofBodies, 'location'],
)
/** Of an answer to what was no request. */
const ofStrayAnswers = coverageOf(['@status'], ofBodies)
const ofRequests = coverageOf(
  ['@method', '@authority', '@path', '@query'],
  [...ofBodies, 'authorization', 'sallyport-call-id'],
)

const signatureNames: ReadonlySet<string> = new Set(['signature', 'signature-input'])

type Sign = (message: Message, headers: HeaderPairs, coverage: Coverage, nonce?: string) => HeaderPairs

/** Puts a signature of ours in the place of any other: what those cover may have changed here. */
function signerOf(config: Signing, ports: StagePorts): Sign {
  const key = ownKeyOf(config, ports)
  if (httpName(key.alg) === undefined) throw new TypeError(`RFC 9421 has no algorithm for ${key.alg}`)
  const { label, tag, lifetime } = config
  return (message, headers, coverage, nonce) => {
    const now = ports.clock.now()
    const times = { created: Math.floor(now / 1000), expires: Math.ceil((now + lifetime) / 1000) }
    const covers = coveredIn(coverage, message)
    return replaced(headers, signatureNames, signatureFields(message, { label, covers, ...times, nonce, tag }, key))
  }
}

/** Whether a request's target and host can stand in what is signed: those of one that is refused may be anything. */
const isPlain = ({ target, headers }: Leaving) =>
  /^\/[!-~]*$/.test(target) && headers.all('host').every(host => /^[ -~]*$/.test(host))

function answerOf(headers: HeaderPairs, { status, method, headers: asked, encrypted, target }: Leaving): AnswerMessage {
  const request: RequestMessage = {
    ...{ method, headers: asked, ...pathAndQuery(target) },
    scheme: encrypted ? 'https' : 'http',
    host: asked.get('host')?.toLowerCase() ?? '',
  }
  return { status, headers: new HeaderList(headers), request }
}

function answerSigner(config: Signing, ports: StagePorts): NonNullable<Guard['leave']> {
  const sign = signerOf(config, ports)
  const coverage = withFurther(ofAnswers, config.covers)
  return (headers, leaving) => {
    const told = replaced(digested(headers, leavingBody(leaving), [config.digest]), signatureNames, [])
    try {
      return sign(answerOf(told, leaving), told, isPlain(leaving) ? coverage : ofStrayAnswers)
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error
      throw new Problem('answer-invalid', {}, `the answer can't be signed: ${error.message}`)
    }
  }
}

function requestSigner(config: Signing, ports: StagePorts): NonNullable<Guard['prepare']> {
  const sign = signerOf(config, ports)
  const coverage = withFurther(ofRequests, config.covers)
  return async (outgoing: Outgoing, view: View, site: Site) => {
    const bytes = await outgoingBytes(outgoing, view, site)
    const told = digested(outgoing.headers, bytes.length === 0 ? undefined : bytes, [config.digest])
    const headers = new HeaderList(told)
    const { method, scheme, path } = outgoing
    const message = { method, scheme, host: headers.get('host') ?? '', ...pathAndQuery(path), headers }
    return { ...outgoing, body: bodyOf(bytes, outgoing.body), headers: sign(message, told, coverage, ports.newId()) }
  }
}

/** Answers to callers and requests to the backend bear an HTTP Message Signature (RFC 9421) of the gateway's over the whole message. */
export const httpSignature = guardKind({
  kind: 'httpSignature',
  settings,
  label: waysOf,
  create({ answers, requests }, ports): Guard {
    const signers = {
      answers: inFields(answers && answerSigner(answers, ports)),
      requests: requests && requestSigner(requests, ports),
    }
    return {
      ...{ needs: ['sent'], publishes: publishedOf([answers, requests], ports) },
      ...signingHooks(signers),
    }
  },
})

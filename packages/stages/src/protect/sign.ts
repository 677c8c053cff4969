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
import { mistakeInElements, namespaces, xpaths } from '../xml/settings.ts'
import { elements } from '../xml/xml-rule.ts'
import { leavingBody } from './digest.ts'
import { directions } from './directions.ts'
import { xmlAnswerSigner, xmlRequestSigner, xmlSigner } from './sign-xml.ts'
import { inFields, signingHooks } from './signing-guard.ts'

const signing = z
  .strictObject({
    ...ownKey,
    at: jsonPaths
      .optional()
      .describe('What alone of JSON is signed, as JSONPaths (RFC 9535); the whole body unless told.'),
    xpath: xpaths.optional(),
    namespaces: namespaces.default({}),
    elements,
    header: z.string().min(1).optional().describe('The field that bears the JWS; JWS-Signature unless told.'),
  })
  .superRefine(({ at, xpath, header, namespaces }, context) => {
    const refused = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path })
    if (xpath === undefined) return
    if (at !== undefined || header !== undefined)
      refused('xpath goes without at and header: the signature stands in the XML')
    const mistake = mistakeInElements(xpath, namespaces)
    if (mistake !== undefined) refused(mistake, ['xpath'])
  })
type Signing = z.output<typeof signing>

const settings = directions(signing)

const usualHeader = 'JWS-Signature'

const namesOf = ({ header = usualHeader }: Signing) => new Set([header.toLowerCase()])

type Sign = (headers: HeaderPairs, body: Uint8Array) => HeaderPairs

/** Puts a detached JWS into the field: over the body's bytes, or over the canonical JSON of what is chosen. Throws NotCanonical. */
function signerOf({ at, header = usualHeader, ...own }: Signing, ports: StagePorts): Sign {
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
  const names = namesOf(config)
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
  const names = namesOf(config)
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
  entry === undefined ? [] : [[direction, ...(entry.at ?? entry.xpath ?? [])].join(' ')]

/** In the XML itself where an XPath chooses, else in a field. */
function answersSigned(config: Signing, ports: StagePorts): Pick<Guard, 'reply' | 'leave'> | undefined {
  const { xpath } = config
  return xpath === undefined
    ? inFields(answerSigner(config, ports))
    : { reply: xmlAnswerSigner(xmlSigner({ ...config, xpath }, ports)) }
}

function requestsSigned(config: Signing, ports: StagePorts): NonNullable<Guard['prepare']> {
  const { xpath } = config
  return xpath === undefined ? requestSigner(config, ports) : xmlRequestSigner(xmlSigner({ ...config, xpath }, ports))
}

/** The body, or chosen parts of it, bear a signature of the gateway's: a detached JWS (RFC 7515 appendix F, RFC 7797), or in XML an XML Signature. */
export const sign = guardKind({
  kind: 'sign',
  settings,
  label: ({ answers, requests }) => [...labelOf('answers', answers), ...labelOf('requests', requests)].join(', '),
  create({ answers, requests }, ports): Guard {
    const signers = {
      answers: answers && answersSigned(answers, ports),
      requests: requests && requestsSigned(requests, ports),
    }
    return {
      ...{ needs: ['sent'], publishes: publishedOf([answers, requests], ports) },
      ...signingHooks(signers),
    }
  },
})

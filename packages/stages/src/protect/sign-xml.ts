import { bodyOf, type Guard, HeaderList, Problem } from '@sallyport/core'
import { codingsIn } from '../bodies/codings.ts'
import { outgoingBytes } from '../bodies/outgoing-body.ts'
import { isBodiless } from '../bodies/whole-answer.ts'
import { replaced } from '../header-edit.ts'
import { type OwnKey, ownKeyOf } from '../keys/own-key.ts'
import type { StagePorts } from '../ports.ts'
import { BadSignature } from '../signatures/dictionary.ts'
import { readingOf } from '../xml/dsig/reading.ts'
import { signedXml } from '../xml/dsig/sign.ts'
import { XmlError } from '../xml/prolog.ts'
import { isXmlType } from '../xml/xml-rule.ts'
import type { Namespaces } from '../xml/xpath.ts'
import { fieldsOfChanged, trueOfBody } from './true-of-body.ts'
import { whole, wholeBytes } from './whole.ts'

interface Config extends OwnKey {
  readonly xpath: readonly string[]
  readonly namespaces: Namespaces
  readonly elements: number
}

type Sign = (body: Uint8Array) => Promise<Uint8Array>

/** Signs chosen elements of XML. Rejects with XmlError or BadSignature where that can't be. */
export function xmlSigner({ xpath, namespaces, elements, ...own }: Config, ports: StagePorts): Sign {
  const key = ownKeyOf(own, ports)
  const reading = readingOf(xpath, namespaces)
  return async body => signedXml(body, { ...(await reading), elements, key, newId: ports.newId })
}

const isNotSigned = (error: unknown): error is Error => error instanceof XmlError || error instanceof BadSignature

/** An answer that says what went wrong may be anything: nobody takes it for one that was signed. */
export const xmlAnswerSigner =
  (sign: Sign): NonNullable<Guard['reply']> =>
  async (reply, view, site) => {
    if (isBodiless(view.call.method, reply.status)) return { ...reply, headers: fieldsOfChanged(reply.headers) }
    const read = await whole(reply, view, site)
    const { status, headers } = read
    try {
      if (!isXmlType(new HeaderList(headers).get('content-type') ?? '')) throw new XmlError('is no XML')
      const signed = await sign(wholeBytes(read))
      return { kind: 'answer', status, headers: fieldsOfChanged(headers), body: signed }
    } catch (error) {
      if (!isNotSigned(error)) throw error
      if (status >= 400) return read
      throw new Problem('answer-invalid', {}, `the answer can't be signed: ${error.message}`)
    }
  }

export const xmlRequestSigner =
  (sign: Sign): NonNullable<Guard['prepare']> =>
  async (outgoing, view, site) => {
    const bytes = await outgoingBytes(outgoing, view, site)
    if (bytes.length === 0) return outgoing
    const headers = new HeaderList(outgoing.headers)
    if (!isXmlType(headers.get('content-type') ?? '') || codingsIn(headers.all('content-encoding')).length > 0) {
      const detail = 'this operation takes XML bodies in UTF-8 and without a coding only'
      throw new Problem('media-unsupported', { detail }, 'the body is no XML that can be signed')
    }
    try {
      return { ...outgoing, body: bodyOf(await sign(bytes)), headers: replaced(outgoing.headers, trueOfBody, []) }
    } catch (error) {
      if (!isNotSigned(error)) throw error
      throw new Problem('body-malformed', { detail: `The XML can't be signed: ${error.message}.` }, error.message)
    }
  }

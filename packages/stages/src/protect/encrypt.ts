import {
  bodyOf,
  type Guard,
  HeaderList,
  type HeaderPairs,
  JsonError,
  type Outgoing,
  Problem,
  type Reply,
  type Site,
  type View,
} from '@sallyport/core'
import { codingsIn } from '../bodies/codings.ts'
import { outgoingBytes } from '../bodies/outgoing-body.ts'
import { askWhole, isBodiless } from '../bodies/whole-answer.ts'
import { requestMost } from '../encryption/sealed-fields.ts'
import { conditionsIn, type Sealer, sealerOf, sealing } from '../encryption/sealer.ts'
import { TooManyFields } from '../fields/json-fields.ts'
import { replaced } from '../header-edit.ts'
import { keyedKind } from '../keys/public-keys.ts'
import { directions, waysOf } from './directions.ts'
import { keptPrivate } from './redact/fields.ts'
import { fieldsOfChanged, trueOfBody } from './true-of-body.ts'
import { whole, wholeBytes } from './whole.ts'

const settings = directions(sealing)

const isUnread = (error: unknown): error is Error => error instanceof JsonError || error instanceof TooManyFields

/** What depends on who asks is kept by no cache that others share. */
function fieldsFor({ depends }: Sealer, { headers }: Pick<Reply, 'headers'>): HeaderPairs {
  const changed = fieldsOfChanged(headers)
  return depends ? keptPrivate(changed) : changed
}

async function sealedAnswer(sealer: Sealer, reply: Reply, view: View, site: Site): Promise<Reply> {
  const { call } = view
  if (isBodiless(call.method, reply.status)) {
    const { headers } = await sealer.seal({ headers: fieldsFor(sealer, reply), body: undefined }, view)
    return { ...reply, headers }
  }
  const read = await whole(reply, view, site)
  const body = wholeBytes(read)
  try {
    const sealed = await sealer.seal({ headers: fieldsFor(sealer, read), body }, view)
    return { kind: 'answer', status: read.status, headers: sealed.headers, body: sealed.body ?? body }
  } catch (error) {
    if (!isUnread(error)) throw error
    throw new Problem('answer-invalid', {}, `no fields can be encrypted in the answer: ${error.message}`)
  }
}

async function sealedRequest(sealer: Sealer, outgoing: Outgoing, view: View, site: Site): Promise<Outgoing> {
  const { headers } = outgoing
  const bytes = await outgoingBytes(outgoing, view, site)
  if (bytes.length > 0 && codingsIn(new HeaderList(headers).all('content-encoding')).length > 0)
    throw new Problem(
      'media-unsupported',
      { detail: 'this operation takes bodies without a coding' },
      'the body has a coding',
    )
  try {
    const told = bytes.length > 0 ? replaced(headers, trueOfBody, []) : headers
    const sealed = await sealer.seal({ headers: told, body: bytes }, view)
    return { ...outgoing, headers: sealed.headers, body: bodyOf(sealed.body ?? bytes, outgoing.body) }
  } catch (error) {
    if (!isUnread(error)) throw error
    throw new Problem(
      'body-malformed',
      { detail: error.message },
      `no fields can be encrypted in the request: ${error.message}`,
    )
  }
}

/** Chosen values of a body, the body or fields leave as JWE (RFC 7516) for chosen recipients: to callers, and to the backend. */
export const encrypt = keyedKind({
  kind: 'encrypt',
  settings,
  label: waysOf,
  wanted: config =>
    (['answers', 'requests'] as const).flatMap(way => {
      const keys = config[way]?.keys
      return keys === undefined ? [] : [{ at: [way, 'keys'], keys, use: 'enc' as const }]
    }),
  conditions: ({ answers, requests }) => [
    ...(answers === undefined ? [] : conditionsIn(answers, ['answers'])),
    ...(requests === undefined ? [] : conditionsIn(requests, ['requests'])),
  ],
  create({ answers, requests }, _, __, sources, conditions): Guard {
    const [first, last] = [sources[0], sources.at(-1)]
    if (first === undefined || last === undefined) throw new TypeError('there are no keys')
    const toCallers = answers && sealerOf(answers, first, conditions)
    const toBackend = requests && sealerOf(requests, last, conditions, requestMost)
    return {
      needs: ['sent'],
      async prepare(outgoing, view, site) {
        // Whom the answer can't be encrypted for must not have done anything by the call.
        await toCallers?.requireKeys(view)
        const asked = toCallers === undefined ? outgoing : askWhole(outgoing)
        return toBackend === undefined ? asked : sealedRequest(toBackend, asked, view, site)
      },
      ...(toCallers && { reply: (reply, view, site) => sealedAnswer(toCallers, reply, view, site) }),
    }
  },
})

import type { HeaderList } from '@sallyport/core'
import { type BareItem, type InnerList, isInnerList } from 'structured-headers'
import { coveredBy } from './base.ts'
import { BadSignature, bytesAt, dictionaryOf } from './dictionary.ts'

/** A signature as a message bears it, not yet checked. Times are seconds since the epoch. */
export interface ReadSignature {
  readonly label: string
  readonly input: InnerList
  /** The covered components, as `coveredBy` writes them. */
  readonly covered: ReadonlySet<string>
  readonly signature: Buffer
  readonly created: number | undefined
  readonly expires: number | undefined
  readonly keyid: string | undefined
  readonly alg: string | undefined
  readonly nonce: string | undefined
  readonly tag: string | undefined
}

function text(value: BareItem | undefined, name: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new BadSignature(`${name} is no text`)
}

function time(value: BareItem | undefined, name: string): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value
  throw new BadSignature(`${name} is no whole number`)
}

/** The parameters of RFC 9421 section 2.3; others, which could change what is meant, are refused. */
const known: ReadonlySet<string> = new Set(['created', 'expires', 'keyid', 'alg', 'nonce', 'tag'])

/** The label that counts: the one that is asked for, else the only one. With several it would be chance which is checked. */
function labelIn(labels: readonly string[], wanted: string | undefined): string {
  if (wanted !== undefined) return wanted
  const [only, more] = labels
  if (only === undefined) throw new BadSignature('there is no signature')
  if (more !== undefined)
    throw new BadSignature(`there are ${labels.length} signatures, and no label says which counts`)
  return only
}

/** The signature of a message: the one of that label, else the only one. Throws BadSignature. */
export function readSignature(headers: HeaderList, wanted: string | undefined): ReadSignature {
  const inputs = dictionaryOf('Signature-Input', headers.all('signature-input'))
  const signatures = dictionaryOf('Signature', headers.all('signature'))
  const label = labelIn([...new Set([...inputs.keys(), ...signatures.keys()])], wanted)
  const input = inputs.get(label)
  const signature = bytesAt(signatures, label)
  if (input === undefined || !isInnerList(input)) throw new BadSignature(`Signature-Input says nothing of ${label}`)
  if (signature === undefined) throw new BadSignature(`Signature has nothing for ${label}`)
  const [, parameters] = input
  const surplus = [...parameters.keys()].find(name => !known.has(name))
  if (surplus !== undefined) throw new BadSignature(`the parameter ${surplus} isn't known`)
  return {
    ...{ label, input, signature, covered: new Set(coveredBy(input)) },
    created: time(parameters.get('created'), 'created'),
    expires: time(parameters.get('expires'), 'expires'),
    keyid: text(parameters.get('keyid'), 'keyid'),
    alg: text(parameters.get('alg'), 'alg'),
    nonce: text(parameters.get('nonce'), 'nonce'),
    tag: text(parameters.get('tag'), 'tag'),
  }
}

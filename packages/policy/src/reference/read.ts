import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { type Place, PolicyFault } from '../fault.ts'
import { requireBounded } from './bounds.ts'

/** A policy as it is written, and as Cedar's JSON has it. */
export interface ReadPolicy {
  readonly id: string
  readonly text: string
  readonly json: cedar.PolicyJson
  /** Where it begins. */
  readonly place: Place
}

const beginning: Place = { line: 1, column: 1 }

/** Where one is that was at a place, and has passed a text since. */
function after({ line, column }: Place, passed: string): Place {
  const lines = passed.split('\n')
  const last = (lines.at(-1) ?? '').length
  return lines.length === 1 ? { line, column: column + last } : { line: line + lines.length - 1, column: last + 1 }
}

/** The reference engine counts bytes of UTF-8. */
const placeAt = (text: string, byte: number): Place => after(beginning, Buffer.from(text).subarray(0, byte).toString())

function messageOf({ message, help, sourceLocations }: cedar.DetailedError): string {
  const expected = sourceLocations?.[0]?.label
  return [message, expected, help].filter(part => typeof part === 'string').join('; ')
}

/** An error of the reference engine in a text. */
export function faultIn(text: string, error: cedar.DetailedError): PolicyFault {
  const start = error.sourceLocations?.[0]?.start
  return new PolicyFault(messageOf(error), start === undefined ? undefined : placeAt(text, start))
}

/** The texts of the policies in a text, in their order. Throws PolicyFault where it holds anything else. */
export function partsOf(text: string): readonly string[] {
  requireBounded(text)
  const parts = cedar.policySetTextToParts(text)
  if (parts.type === 'failure') {
    const [error] = parts.errors
    throw error === undefined ? new PolicyFault('it is no policy') : faultIn(text, error)
  }
  if (parts.policy_templates.length > 0) throw new PolicyFault('templates (?principal, ?resource) are not taken')
  return parts.policies
}

/** A policy in Cedar's JSON form. Throws PolicyFault where the text is none. */
export function jsonOf(text: string): cedar.PolicyJson {
  const answer = cedar.policyToJson(text)
  if (answer.type === 'success') return answer.json
  const [error] = answer.errors
  throw error === undefined ? new PolicyFault('it is no policy') : faultIn(text, error)
}

/** The policies of a text, in their order, each named by its `@id("…")`, else `policy1`, `policy2` … Throws PolicyFault. */
export function readPolicies(text: string): readonly ReadPolicy[] {
  let from = 0
  let place = beginning
  return partsOf(text).map((part, i) => {
    const at = text.indexOf(part, from)
    place = after(place, text.slice(from, at))
    const json = jsonOf(part)
    const read = { id: json.annotations?.id ?? `policy${i + 1}`, text: part, json, place }
    place = after(place, part)
    from = at + part.length
    return read
  })
}

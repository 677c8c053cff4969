import { exec } from 'jsonpath-rfc9535'
import { readLinearPath } from '../json-path.ts'
import type { Document } from './document.ts'

/** The steps of a normalized path (RFC 9535 section 2.7), names as it writes them between quotes. */
export type Steps = readonly (string | number)[]

/** Calls with the number of each value of a document that a JSONPath leads to, and its path; with one perhaps twice. */
export type Visits = (document: Document, visit: (id: number, steps: Steps) => void) => void

const nameEscape = /\\(?:u([\da-f]{4})|([bfnrt'\\]))/g
const signs: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

const plain = (step: string | number) =>
  typeof step === 'number'
    ? step
    : step.replace(nameEscape, (_, code: string | undefined, sign = '') =>
        code === undefined ? (signs[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
      )

/** Reads a JSONPath that runs in about linear time: values are read only where it looks at them. Throws BadJsonPath. */
export function readVisits(text: string): Visits {
  const { looksAtValues } = readLinearPath(text)
  return (document, visit) => {
    const json = looksAtValues ? document.value : document.placed.shape
    exec(json, text, (_, steps) => visit(document.idAt(steps.map(plain)), steps))
  }
}

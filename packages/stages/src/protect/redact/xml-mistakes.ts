import { BadXPath, type Namespaces, requireRecordXPath, requireXPath } from '../../xml/xpath.ts'
import { readSame } from './relation.ts'
import type { WrittenRule } from './settings.ts'

/** Whether a side of a relation leads into XML: `./doctor` from the record, `/ward/head` from the root. */
export const isXmlSide = (text: string): boolean => text.startsWith('.') || text.startsWith('/')

const unread = () => []

function checkedSide(text: string, namespaces: Namespaces): typeof unread | undefined {
  if (!isXmlSide(text)) return undefined
  if (text.startsWith('.')) requireRecordXPath(text, namespaces)
  else requireXPath(text, namespaces)
  return unread
}

function messageOf(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof BadXPath || error instanceof TypeError) return error.message
    throw error
  }
}

/** The first mistake in a rule about XML, and the key that it stands under. */
export function mistakesIn(
  { at, record, when = [], unless = [], action }: WrittenRule,
  namespaces: Namespaces,
): { readonly at: string; readonly message: string } | undefined {
  const checks: (readonly [key: string, check: () => unknown])[] = [['xpath', () => requireXPath(at, namespaces)]]
  if (record !== undefined) checks.push(['record', () => requireXPath(record, namespaces)])
  for (const [key, conditions] of Object.entries({ when, unless })) {
    for (const { same } of conditions)
      if (same !== undefined) checks.push([key, () => readSame(same, text => checkedSide(text, namespaces))])
  }
  for (const [key, check] of checks) {
    const message = messageOf(check)
    if (message !== undefined) return { at: key, message }
  }
  if (action.kind !== 'replace' || (typeof action.value !== 'object' && action.value !== undefined)) return undefined
  return { at: 'replace', message: 'needs a text, a number or true or false: in XML it stands as a text' }
}

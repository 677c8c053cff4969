import { type Issue, type IssueOf, wordsForType } from './introspect.ts'
import { quoted } from './tree.ts'

type Words = { readonly [Code in Issue['code']]: (issue: IssueOf<Code>) => string }

const formats: Readonly<Record<string, string>> = {
  url: 'a URL',
  email: 'an e-mail address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 range such as 10.0.0.0/8',
  cidrv6: 'an IPv6 range such as 2001:db8::/32',
  hostname: 'a host name',
  date: 'a date such as 2026-01-31',
  datetime: 'a time such as 2026-01-31T12:00:00Z',
  uuid: 'a UUID',
  hex: 'hexadecimal',
  base64: 'base64',
  base64url: 'base64url',
}

/** One row for each way in which zod refuses, as a sentence without its subject. */
const words: Words = {
  invalid_type: ({ expected }) => (expected === 'never' ? 'must be left out' : `must be ${wordsForType(expected)}`),
  invalid_value: ({ values }) => (values.length === 1 ? `must be ${JSON.stringify(values[0])}` : 'unknown value'),
  invalid_format: wordsForFormat,
  invalid_key: () => 'this key is not accepted',
  invalid_element: () => 'this is not accepted here',
  invalid_union: () => 'is none of what is accepted here',
  unrecognized_keys: () => 'has unknown keys',
  not_multiple_of: ({ divisor }) => `must be a multiple of ${divisor}`,
  too_small: ({ origin, minimum, inclusive }) => wordsForSize(origin, minimum, inclusive ? 'at least' : 'more than'),
  too_big: ({ origin, maximum, inclusive }) => wordsForSize(origin, maximum, inclusive ? 'at most' : 'less than'),
  custom: () => 'is not accepted',
}

/** What is wrong, as a sentence without its subject: the schema's own message, else ours. */
export function wordsForIssue(issue: Issue): string {
  if (issue.message !== '') return issue.message
  const write = words[issue.code] as (issue: Issue) => string
  return write(issue)
}

function wordsForFormat(issue: IssueOf<'invalid_format'>): string {
  if ('prefix' in issue && typeof issue.prefix === 'string') return `must begin with ${quoted(issue.prefix)}`
  if ('suffix' in issue && typeof issue.suffix === 'string') return `must end with ${quoted(issue.suffix)}`
  if ('includes' in issue && typeof issue.includes === 'string') return `must contain ${quoted(issue.includes)}`
  if (issue.format === 'regex') return `must match ${issue.pattern}`
  return `must be ${Object.hasOwn(formats, issue.format) ? formats[issue.format] : `a ${issue.format}`}`
}

const counted: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item', record: 'key' }

function wordsForSize(origin: string, bound: number | bigint, how: string): string {
  if (!Object.hasOwn(counted, origin)) return `must be ${how} ${bound}`
  if (how === 'at least' && bound === 1) return 'must not be empty'
  return `must have ${how} ${bound} ${counted[origin]}${bound === 1 ? '' : 's'}`
}

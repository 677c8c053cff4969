import { z } from 'zod'

/** Directives with a list of sources (CSP3 section 6), others with words, and those that may stand bare. */
const sourced = [
  ...[
    'default-src',
    'script-src',
    'script-src-elem',
    'script-src-attr',
    'style-src',
    'style-src-elem',
    'style-src-attr',
  ],
  ...['img-src', 'font-src', 'connect-src', 'media-src', 'object-src', 'frame-src', 'child-src', 'worker-src'],
  ...['manifest-src', 'fenced-frame-src', 'base-uri', 'form-action', 'frame-ancestors'],
] as const
const worded = ['report-to', 'report-uri', 'require-trusted-types-for', 'trusted-types'] as const
const bare = ['upgrade-insecure-requests', 'block-all-mixed-content', 'sandbox'] as const

const isSourced: ReadonlySet<string> = new Set(sourced)
const isBare: ReadonlySet<string> = new Set(bare)
const takesWords: ReadonlySet<string> = new Set([...sourced, ...worded, 'sandbox'])

/** Where scripts and styles are named by their nonce; without the first two the default would be asked. */
const nonced: ReadonlySet<string> = new Set(['script-src', 'script-src-elem', 'style-src', 'style-src-elem'])

/** Visible ASCII that neither ends a directive nor a policy (CSP3 section 2.2.1). */
const word = /^[!-+\--:<-~]+$/
const keywords = [
  ...['self', 'none', 'unsafe-inline', 'unsafe-eval', 'unsafe-hashes', 'strict-dynamic', 'report-sample'],
  ...['wasm-unsafe-eval', 'trusted-types-eval', 'inline-speculation-rules', 'allow-duplicates', 'script'],
]
const quoted = new RegExp(`^'(?:${keywords.join('|')}|sha(?:256|384|512)-[A-Za-z0-9+/_-]+={0,2})'$`)

function faultIn(directive: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return 'needs at least one source, such as "\'none\'"'
  for (const one of words) {
    if (!word.test(one)) return `${JSON.stringify(one)} holds what ends a directive or is no visible ASCII`
    if (/^'nonce-/i.test(one))
      return 'a nonce that is always the same guards nothing; nonce: true makes one for each answer'
    if (one.includes("'") && !quoted.test(one)) return `${one} is no keyword`
    if (isSourced.has(directive) && keywords.includes(one)) return `the keyword stands in quotes: "'${one}'"`
  }
  return words.length > 1 && words.includes("'none'") ? "'none' stands alone" : undefined
}

const wordsOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? value.split(' ').filter(part => part !== '') : value

type Directive = readonly [name: string, words: readonly string[]]

/** A policy with its nonces left open. */
export type Policy = readonly Directive[]

/** Whether some directive takes a nonce, and none of those that would is `'none'`. */
export function takesNonce(policy: Policy | undefined): boolean {
  const taking = (policy ?? []).filter(([name]) => nonced.has(name))
  return taking.length > 0 && taking.every(([, words]) => !words.includes("'none'"))
}

/** The field's value, with a nonce where one is wanted. */
export function policyText(policy: Policy, nonce: string | undefined): string {
  const own = (name: string) => (nonce !== undefined && nonced.has(name) ? [`'nonce-${nonce}'`] : [])
  return policy.map(([name, words]) => [name, ...words, ...own(name)].join(' ')).join('; ')
}

/** A Content-Security-Policy as a map of directives. Flags stand bare where they are true, and not at all where they are false. */
export const policy = z
  .partialRecord(z.enum([...sourced, ...worded, ...bare]), z.union([z.boolean(), z.string(), z.array(z.string())]))
  .transform((written, context): Policy => {
    const directives: Directive[] = []
    for (const [name, value] of Object.entries(written)) {
      const refuse = (message: string) => context.addIssue({ code: 'custom', message, path: [name] })
      if (typeof value === 'boolean') {
        if (!isBare.has(name)) refuse(`needs sources, such as "'self'"`)
        else if (value) directives.push([name, []])
        continue
      }
      const words = wordsOf(value)
      const fault = takesWords.has(name) ? faultIn(name, words) : 'is true or false'
      if (fault === undefined) directives.push([name, words])
      else refuse(fault)
    }
    if (directives.length === 0) context.addIssue({ code: 'custom', message: 'needs a directive' })
    return directives
  })

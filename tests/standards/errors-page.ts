import { readFileSync } from 'node:fs'

/** What docs/errors.md says of one code. */
export interface Documented {
  readonly code: string
  readonly status: number
  readonly stages: readonly string[]
  readonly meaning: string
  readonly advice: string
}

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const row = /^\| `([a-z-]+)` \| (\d{3}) \| ([a-z, ]+) \| (.+?) \| (.+?) \|$/gm

/** The rows of the page's tables, in their order. */
export const documented: readonly Documented[] = [...page.matchAll(row)].map(
  ([, code = '', status, stages = '', meaning = '', advice = '']) => ({
    ...{ code, status: Number(status), stages: stages.split(', '), meaning, advice },
  }),
)

const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? ''

/** The example of a refusal on the page: the lines of its head, and its problem document. */
export const example = {
  head: block('http').trim().split('\n'),
  problem: JSON.parse(block('json')) as Readonly<Record<string, unknown>>,
}

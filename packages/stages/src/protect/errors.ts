import { type Guard, HeaderList, type HeaderPairs, Problem, type Reply, type Site, type View } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'
import { type LogRedaction, logRedaction } from '../record/redaction.ts'

const classes = ['4xx', '5xx'] as const
type StatusClass = (typeof classes)[number]

const written = z.strictObject({
  replace: z.array(z.enum(classes)).min(1).default(['5xx']).describe('Which answers of an upstream are replaced.'),
  log: z.boolean().default(false).describe("Whether the record holds the beginning of the upstream's own words."),
})

const settings = z.union([z.literal('replace').transform(() => written.parse({})), written])

/** An upstream's fields that say what to do next and nothing of how it is made. */
const kept: ReadonlyMap<string, readonly [name: string, form: RegExp]> = new Map([
  ['retry-after', ['Retry-After', /^(?:\d{1,9}|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/]],
  ['allow', ['Allow', /^[A-Z, -]*$/]],
])

function keptOf(headers: HeaderPairs): readonly (readonly [string, string])[] {
  const list = new HeaderList(headers)
  return [...kept].flatMap(([lower, [name, form]]) => {
    const value = list.get(lower)
    return value !== undefined && form.test(value) ? [[name, value] as const] : []
  })
}

const upstreamFailed = ({ status, headers }: Reply, words: string) =>
  new Problem('upstream-failed', { status, headers: keptOf(headers) }, `the service behind answered ${status}${words}`)

/** Characters of an upstream's words that a record holds. */
const wordsMax = 2000

async function wordsOf(reply: Reply, view: View, site: Site, redaction: LogRedaction): Promise<string> {
  const { answer, withoutCredential } = site
  if (answer === undefined || withoutCredential === undefined) return ''
  try {
    const { reply: whole, json } = await answer(reply, view)
    const words = json === undefined ? Buffer.from(whole.body).toString() : JSON.stringify(redaction.value(json))
    return `: ${withoutCredential(words).slice(0, wordsMax)}`
  } catch (error) {
    return error instanceof Problem ? `, and no more can be read: ${error.reason}` : ''
  }
}

/** Answers in which an upstream tells of its own errors leave as problem documents of the gateway, with their status. */
export const errors = guardKind({
  kind: 'errors',
  settings,
  label: ({ replace }) => `replace ${replace.join(', ')}`,
  create({ replace, log }, { gateway }): Guard {
    const redaction = logRedaction(gateway.record.redact)
    const replaced: ReadonlySet<StatusClass | string> = new Set(replace)
    const failed = async (reply: Reply, view: View, site: Site): Promise<never> => {
      throw upstreamFailed(reply, await wordsOf(reply, view, site, redaction))
    }
    return {
      needs: ['answer', 'withoutCredential'],
      reply(reply, view, site) {
        if (!replaced.has(`${Math.trunc(reply.status / 100)}xx`)) return reply
        if (log) return failed(reply, view, site)
        throw upstreamFailed(reply, '')
      },
    }
  },
})

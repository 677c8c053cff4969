import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** A request that a server is sent. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | undefined
}

/** One labelled line of a set. */
export interface Sample {
  readonly set: string
  readonly family: string
  readonly isAttack: boolean
  readonly sent: Sent
}

/** A set and family, and how many lines of it carry no attack, by the written rule. */
export interface Group {
  readonly set: string
  readonly family: string
  readonly isAttack: boolean
  readonly dropped: number
  readonly samples: readonly Sample[]
}

/** The written rule: letters, digits and spaces alone, or one operator alone, are no attack, whatever list they stand in. */
const carriesNothing = (value: string) => /^(?:[A-Za-z0-9 ]*|[<>=!&|]{1,3})$/.test(value)

const line = z.looseObject({
  class: z.string().optional(),
  section: z.string().optional(),
  value: z.string().optional(),
  decoded_latin1: z.string().optional(),
  payload: z.string().optional(),
  expected: z.string().optional(),
  body: z.json().optional(),
})

const linesOf = (folder: string, file: string) =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(text => JSON.parse(text))

/** What every client sends: without it the Core Rule Set takes offence at the client. */
const usual = {
  host: 'localhost',
  accept: '*/*',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
}

/** A value stands in a field of a form: there, every character may. */
const inForm = (value: string): Sent => ({
  method: 'POST',
  path: '/v',
  headers: { ...usual, 'content-type': 'application/x-www-form-urlencoded' },
  body: `v=${encodeURIComponent(value.toWellFormed())}`,
})

function group(set: string, family: string, isAttack: boolean, values: readonly string[]): Group {
  const kept = isAttack ? values.filter(value => !carriesNothing(value)) : values
  const samples = kept.map(value => ({ set, family, isAttack, sent: inForm(value) }))
  return { set, family, isAttack, dropped: values.length - kept.length, samples }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, member]) => [...(Array.isArray(value) ? [] : [key]), ...textsIn(member)])
}

/** The sections of the list of naughty strings that hold attacks, and those that go on from them. */
const attackSection = /Injection|Server Code|Interpolation|Inclusion|CVE|jinja2/

function plainNaughty(rows: readonly z.output<typeof line>[]): string[] {
  return rows.flatMap(({ section = '', value = '' }) => (section === '' || attackSection.test(section) ? [] : [value]))
}

/** Every labelled value of the sets, in their families. */
export function valueGroups(corpora: string): readonly Group[] {
  const rows = (set: string, file: string) => linesOf(join(corpora, set), file).map(each => line.parse(each))
  const params = Object.groupBy(rows('httpparams', 'payload_train.jsonl'), each => each.class ?? '')
  const valuesOf = (list: readonly z.output<typeof line>[] = []) =>
    list.map(each => each.value ?? each.decoded_latin1 ?? each.payload ?? '')
  const payloads = ['sqli', 'xss', 'cmd', 'ssti', 'xxe', 'ssi', 'ldap', 'nosql']
  const api = new Set(rows('benign-api-bodies', 'bodies.jsonl').flatMap(each => textsIn(each.body)))
  return [
    ...(['sqli', 'xss'] as const).map(family =>
      group('libinjection', family, true, valuesOf(rows('libinjection', `${family}.jsonl`))),
    ),
    ...['sqli', 'xss', 'path-traversal', 'cmdi'].map(family =>
      group('httpparams', family, true, valuesOf(params[family])),
    ),
    ...payloads.map(family =>
      group('payloads-all-the-things', family, true, valuesOf(rows('payloads-all-the-things', `${family}.jsonl`))),
    ),
    group('path-normalisation', 'path', true, valuesOf(rows('path-normalisation', 'traversal-payloads.jsonl'))),
    group('httpparams', 'norm', false, valuesOf(params.norm)),
    group('benign-api-bodies', 'values', false, [...api]),
    group('naughty-strings', 'plain', false, plainNaughty(rows('naughty-strings', 'blns.jsonl'))),
  ]
}

const request = z.looseObject({
  method: z.string().default('GET'),
  uri: z.string().default('/'),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  data: z.string().optional(),
})
const crsCase = z.looseObject({
  paranoia_level: z.number().nullable(),
  expected: z.string(),
  crs334_pl2: z.string().optional(),
  desc: z.string().optional(),
  request: request.optional(),
  stages: z.array(z.looseObject({ request })).optional(),
})

/** The families of attacks; the others are about HTTP itself, answers, or sessions. */
const attackFiles = /^REQUEST-9(?:30|32|33|34|41|42|44)-/
const unsendable = /[^!-~]/g
const percent = (text: string) => [...Buffer.from(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')

function sentOf({ method, uri, headers, data }: z.output<typeof request>): Sent {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const { host, connection, 'content-length': length, 'transfer-encoding': coding, ...kept } = given
  const type = data === undefined || kept['content-type'] ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  return { method, path: uri.replace(unsendable, percent), headers: { ...usual, ...kept, ...type }, body: data }
}

const decoded = (text: string) => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
const pairsOf = (text: string) => text.split('&').flatMap(pair => pair.split(/=(.*)/s).map(decoded))
const attributes = /="([^"]*)"|>([^<]+)/g

function textsOfBody(body: string, type: string): readonly string[] {
  if (/xml/.test(type))
    return [...body.replace(/<\?.*?\?>/s, '').matchAll(attributes)].map(([, value, text = '']) => value ?? text)
  return /urlencoded/.test(type) ? pairsOf(body) : [body]
}

/** What a request says that not all of them say. */
function textsOf({ path, headers, body }: Sent): readonly string[] {
  const [before = '', query = ''] = path.split(/\?(.*)/s)
  const own = Object.entries(headers).filter(
    ([name]) => !(name in usual) && !/^(?:content-type|accept|proxy-)/.test(name),
  )
  const { 'user-agent': told = '' } = headers
  const agent = told === usual['user-agent'] || told === 'OWASP CRS test agent' ? [] : [told]
  const inBody = textsOfBody(String(body ?? ''), headers['content-type'] ?? '')
  const inHead = [...agent, ...own.map(([, value]) => value), decoded(before).replace(/^\/(?:get|post)?/, '')]
  return [...inHead, ...pairsOf(query), ...inBody].map(text => text.trim())
}

/** What a test's own author calls a false alarm is none that should be refused. */
const isFalseAlarm = ({ desc = '' }: z.output<typeof crsCase>) => /false[- ]posit|still matched/i.test(desc)

/** The regression tests of the Core Rule Set: whole requests, by the level of the rule that they are for. */
export function requestGroups(corpora: string): readonly Group[] {
  const folder = join(corpora, 'crs-regression')
  return readdirSync(folder)
    .filter(file => attackFiles.test(file))
    .flatMap(file => {
      const cases = linesOf(folder, file).map(each => crsCase.parse(each))
      const of = (family: string, isAttack: boolean, chosen: typeof cases): Group => {
        const all = chosen.flatMap(({ request: only, stages }) => {
          const first = only ?? stages?.[0]?.request
          return first === undefined ? [] : [{ set: 'crs-regression', family, isAttack, sent: sentOf(first) }]
        })
        const samples = isAttack ? all.filter(({ sent }) => !textsOf(sent).every(carriesNothing)) : all
        return { set: 'crs-regression', family, isAttack, dropped: all.length - samples.length, samples }
      }
      const name = /^REQUEST-(\d+)-(?:APPLICATION-ATTACK-)?(\w+)/.exec(file)?.slice(1).join(' ') ?? file
      const matching = cases.filter(each => each.expected === 'must_match' && !isFalseAlarm(each))
      const silent = cases.filter(each =>
        each.expected === 'must_match'
          ? isFalseAlarm(each)
          : each.expected === 'must_not_match_rule' && each.crs334_pl2 === 'passed',
      )
      return [
        of(
          `${name}, rules of level 1`,
          true,
          matching.filter(each => (each.paranoia_level ?? 1) === 1),
        ),
        of(
          `${name}, rules of level 2`,
          true,
          matching.filter(each => each.paranoia_level === 2),
        ),
        of(`${name}, to be passed`, false, silent),
      ]
    })
}

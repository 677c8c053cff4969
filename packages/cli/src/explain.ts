import { isIP } from 'node:net'
import { endpoints, type ImaginedCall, type ImaginedCaller } from '@sallyport/contract'
import { explanationText } from './explanation-text.ts'
import { command, type Invocation } from './frame/command.ts'
import { Misuse } from './frame/failure.ts'
import { painter } from './frame/paint.ts'
import { readSecret } from './frame/secret-argument.ts'
import { managementClient, managementOptions } from './management.ts'
import { fromRemembered } from './remembered-calls.ts'
import { readRoles, readScopes, readTime, rightsOptions } from './rights.ts'

const imagining = {
  token: { type: 'string', value: '-|@FILE|env:NAME', help: 'the credential: a token, an API key, or name:password' },
  as: { type: 'string', value: 'USER', help: 'imagine this user as the caller, without a credential' },
  application: { type: 'string', value: 'NAME', help: 'imagine this application as the caller' },
  ...rightsOptions,
  group: { type: 'string', value: 'NAME', multiple: true, help: 'a group of the imagined caller' },
  claim: {
    type: 'string',
    value: 'NAME=VALUE',
    multiple: true,
    help: 'a claim of the imagined caller, as an issuer declares it',
  },
  header: { type: 'string', value: 'NAME:VALUE', multiple: true, help: 'a header of the call' },
  at: { type: 'string', value: 'TIME', help: 'imagine this time: 2027-01-31T18:01:00+01:00' },
  ip: { type: 'string', value: 'IP', help: 'imagine the call from this address' },
} as const
const options = { ...imagining, ...managementOptions }

type Values = Invocation<typeof options>['values']

const callId = /^[0-9a-f]{32}$/
const callLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s+(\/[!-~]*)(?: (.+))?$/

const imagines = (values: Values) => Object.keys(imagining).some(name => Object.hasOwn(values, name))

/** What stands there twice is a list. */
function claimsIn(texts: readonly string[]): Record<string, string | string[]> {
  const pairs = texts.map(text => {
    const sign = text.indexOf('=')
    if (sign < 1) throw new Misuse(`${JSON.stringify(text)} is no claim such as office=regional`)
    return { name: text.slice(0, sign), value: text.slice(sign + 1) }
  })
  const byName = Map.groupBy(pairs, ({ name }) => name)
  return Object.fromEntries(
    [...byName].map(([name, all]) => {
      const [first = { value: '' }, ...others] = all
      return [name, others.length === 0 ? first.value : all.map(({ value }) => value)]
    }),
  )
}

/** Who is to be imagined: undefined where nobody was named and no right was given. */
function callerIn(values: Values): ImaginedCaller | undefined {
  const { as: user, application, scopes, roles, group, claim } = values
  if ([user, application, scopes, roles, group, claim].every(value => value === undefined)) return undefined
  if (values.token !== undefined)
    throw new Misuse('--token tells who calls; --as, --application, --scopes, --roles, --group and --claim imagine it')
  return {
    ...(user !== undefined && { user }),
    ...(application !== undefined && { application }),
    ...(scopes !== undefined && { scopes: readScopes(scopes) }),
    ...(roles !== undefined && { roles: readRoles(roles) }),
    ...(group !== undefined && { groups: group }),
    ...(claim !== undefined && { claims: claimsIn(claim) }),
  }
}

function headersIn(values: Values): Record<string, string> {
  const pairs = (values.header ?? []).map(text => {
    const colon = text.indexOf(':')
    if (colon < 1) throw new Misuse(`${JSON.stringify(text)} is no header such as 'X-Office: north'`)
    return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()]
  })
  return Object.fromEntries(pairs)
}

async function imaginedIn(line: string, { values, ports }: Invocation<typeof options>): Promise<ImaginedCall> {
  const [, method, path, asks] = callLine.exec(line) ?? []
  if (method === undefined || path === undefined) {
    throw new Misuse("needs a call's id (32 hexadecimal digits) or a call such as 'GET /warehouse/items'")
  }
  if (values.ip !== undefined && isIP(values.ip) === 0) throw new Misuse(`${JSON.stringify(values.ip)} is no address`)
  const as = callerIn(values)
  const at = values.at === undefined ? undefined : new Date(readTime(values.at)).toISOString()
  const credential = values.token === undefined ? undefined : await readSecret(values.token, 'the token', ports)
  return {
    ...{ method, path, headers: headersIn(values) },
    ...(asks !== undefined && { asks }),
    ...(as !== undefined && { as }),
    ...(at !== undefined && { at }),
    ...(values.ip !== undefined && { ip: values.ip }),
    ...(credential !== undefined && { credential: credential.reveal() }),
  }
}

async function answerTo(line: string, invocation: Invocation<typeof options>) {
  const { values, ports } = invocation
  if (!callId.test(line)) {
    const call = await imaginedIn(line, invocation)
    return (await managementClient(values, ports)).call(endpoints.explainCall, call)
  }
  if (imagines(values)) throw new Misuse('a past call is explained as it was; imagine one to change it')
  const explanation = await fromRemembered(values, ports, remembered => remembered.explained(line))
  return { explanation, request: undefined, unknown: [] }
}

export const explain = command({
  name: 'explain',
  usage: "CALL-ID | 'METHOD /path'",
  takesWords: true,
  summary: 'say why a call was answered or refused, or what would become of one',
  details:
    'Past calls are found by the Sallyport-Call-Id of their answer. An imagined call is judged by the rules in force,\ncounted nowhere and sent to nobody.',
  options,
  examples: [
    ['explain 5f0c7e0d9a3b4c1e8f2a6b7d3c4e5f60', 'a call that was made'],
    ["explain 'POST /warehouse/orders' --token env:TOKEN", 'what would become of a call with this token'],
    [
      "explain 'POST /warehouse/orders' --as alice --claim office=regional --ip 10.1.2.3",
      'by what an issuer says of her',
    ],
    ["explain 'POST /warehouse/mcp tools/call order_item' --as bob", 'of a call that asks for a tool by its message'],
    ["explain 'GET /warehouse/items' --as alice --scopes list_items --at 2027-01-31T18:01:00Z", 'and of one by alice'],
  ],
  async run(invocation) {
    const { values, positionals, ports } = invocation
    const line = positionals.join(' ')
    const { explanation, request, unknown } = await answerTo(line, invocation)
    ports.stdout.write(
      values.json === true
        ? `${JSON.stringify({ explanation, ...(request && { request }), ...(unknown.length > 0 && { unknown }) })}\n`
        : explanationText({ explanation, request, unknown }, painter(ports)),
    )
    return 0
  },
})

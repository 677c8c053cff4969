import { stat } from 'node:fs/promises'
import { isLiteralSecret, type Loaded } from '@sallyport/config'
import { leavesOf } from '@sallyport/core'
import { z } from 'zod'
import { Failure } from '../frame/failure.ts'
import {
  type Configuration,
  calledThat,
  changes,
  has,
  isOpen,
  type Named,
  operationsOf,
  takesBody,
} from './configured-operations.ts'
import { failed, isThisMachine, type Looked, notChecked, type Outcome, passed, told, unlessAny } from './points.ts'

function https({ listeners: { http, https }, snapshot }: Configuration): Outcome {
  const mend = 'gateway: { https: { port, cert, key } }, and redirect: true or http: off'
  if (http === undefined || (https !== undefined && snapshot.plain !== undefined))
    return passed('callers are taken over TLS alone, or sent there')
  if (!isThisMachine(http.host)) return failed(`${http.host}:${http.port} takes calls without TLS`, mend)
  return notChecked('plain HTTP is taken on this machine: whether TLS ends before it cannot be seen from here', mend)
}

function authentication(operations: readonly Named[]): Outcome {
  const open = calledThat(operations, isOpen)
  if (operations.length > 0 && open.length === operations.length)
    return failed('nothing asks who calls', 'identify: { jwt: ISSUER }, or another method, where anybody is let in')
  const writable = calledThat(operations, operation => isOpen(operation) && changes(operation))
  const good = open.length === 0 ? 'every operation asks who calls' : `open, as written, to read: ${told(open)}`
  return unlessAny(writable, good, 'anybody may change something', 'identify: anything but anonymous there')
}

const authorization = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(
      operations,
      operation => changes(operation) && operation.authorize.every(({ kind }) => kind === 'anyone'),
    ),
    'nothing is changed without a right',
    'whoever is known may change something',
    'authorize: { scopes: [...] } or { roles: [...] } there',
  )

function input(operations: readonly Named[]): Outcome {
  const unread = calledThat(operations, op => takesBody(op) && !has(op.inspect, 'body', 'document', 'xml'))
  if (unread.length > 0)
    return failed(
      `${told(unread)}: bodies are taken as they come`,
      'inspect: { body: FILE } or { document: true } there',
    )
  const loose = calledThat(operations, op => !has(op.inspect, 'document'))
  if (loose.length === 0) return passed('every operation is judged by its OpenAPI document')
  return notChecked(
    `${told(loose)}: paths and queries are judged by what stands behind, if at all`,
    'inspect: { document: true } where the API has an OpenAPI document',
  )
}

const behind = (operations: readonly Named[]) => operations.filter(({ destination }) => 'upstream' in destination)

const output = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(behind(operations), op => !has(op.protect, 'body', 'document', 'xml', 'redact')),
    'every answer is judged before it leaves',
    'whatever an upstream says leaves',
    'protect: { document: true }, { body: FILE } or { redact: [...] } there',
  )

const errors = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(behind(operations), op => !has(op.protect, 'errors')),
    'no error of an upstream leaves as it is',
    'errors of upstreams leave as they are',
    'protect: { errors: replace }; see docs/error-rules.md',
  )

function logging({ log }: Configuration): Outcome {
  if (log === 'off') return failed('no call is logged', 'gateway: { log: stdout }, or a file')
  return passed(log === 'stdout' ? 'a line a call goes to standard output' : `a line a call goes to ${log}`)
}

const limits = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, ({ limit, admitLimit }) => limit.length + admitLimit.length === 0),
    'every operation has a limit',
    'may be called without end',
    'limit: { burst: { allow: 100/second, per: user } } there, or under gateway',
  )

const corsSettings = z.looseObject({ origins: z.union([z.literal('*'), z.array(z.string())]) })

function cors(operations: readonly Named[]): Outcome {
  const rulesOf = ({ protect }: Named) => protect.filter(({ kind }) => kind === 'cors')
  const isWide = (op: Named) => rulesOf(op).some(({ config }) => corsSettings.safeParse(config).data?.origins === '*')
  const wide = calledThat(operations, op => !isOpen(op) && isWide(op))
  const some = operations.some(op => rulesOf(op).length > 0)
  const good = some ? 'pages of origins that are listed may call' : 'pages of no other origin may read answers'
  return unlessAny(wide, good, 'pages of every origin may call', 'protect: { cors: { origins: [https://...] } }')
}

const placed = z.looseObject({ places: z.array(z.looseObject({ in: z.string() })) })

/** Whether browsers add the credential by themselves. */
const isAmbient = ({ kind, config }: { readonly kind: string; readonly config: unknown }) =>
  kind === 'basic' || (placed.safeParse(config).data?.places.some(place => place.in === 'cookie') ?? false)

/** Where browsers add credentials by themselves, nothing loads without `csrf`; it may be written off. */
const csrf = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, op => {
      const guards = op.inspect.filter(({ kind }) => kind === 'csrf')
      const off = guards.every(({ config }) => config === 'off')
      return changes(op) && leavesOf(op.identify).some(isAmbient) && off
    }),
    'no page can make its visitors change something',
    'csrf is off, and browsers add the credential by themselves',
    'inspect: { csrf: true } there, unless no browser ever calls',
  )

const headers = (operations: readonly Named[]) =>
  unlessAny(
    calledThat(operations, ({ protect }) => !has(protect, 'securityHeaders')),
    'every answer has security headers',
    'answers have no security headers',
    'gateway: { protect: { securityHeaders: true } }',
  )

/** Whether others than its owner may read a folder; undefined where there is none. */
async function isOpenToOthers(folder: string): Promise<boolean | undefined> {
  try {
    return process.platform !== 'win32' && ((await stat(folder)).mode & 0o077) !== 0
  } catch {
    return undefined
  }
}

async function secrets(warnings: Loaded['warnings'], data: string): Promise<Outcome> {
  const literal = warnings.filter(isLiteralSecret).map(({ path }) => path)
  if (literal.length > 0)
    return failed(
      `${told(literal)}: a secret stands in the file`,
      'sallyport secret set NAME, and ${secret:NAME} there',
    )
  const open = await isOpenToOthers(data)
  if (open === true) return failed(`others may read ${data}`, `chmod 700 ${data}`)
  const folder = open === undefined ? `there is no ${data} yet` : `${data} is its owner's alone`
  return passed(`no secret stands in the file; ${folder}`)
}

/** What a configuration that loads tells. */
export async function lookAtConfiguration(
  configuration: Configuration,
  warnings: Loaded['warnings'],
  data: string,
): Promise<Looked> {
  const operations = operationsOf(configuration)
  if (operations.length === 0) throw new Failure('the configuration has no operation: there is nothing to look at')
  return {
    https: https(configuration),
    authentication: authentication(operations),
    authorization: authorization(operations),
    input: input(operations),
    output: output(operations),
    errors: errors(operations),
    logging: logging(configuration),
    limits: limits(operations),
    cors: cors(operations),
    csrf: csrf(operations),
    headers: headers(operations),
    secrets: await secrets(warnings, data),
  }
}

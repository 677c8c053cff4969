import { type Explanation, type ImaginedRequest, printable, type StageReport } from '@sallyport/contract'
import { findingText, policiesText, stageMarks, verdictStyles } from '@sallyport/stages'
import { adviceFor } from './advice.ts'
import type { Paint } from './frame/paint.ts'

const stageWidth = 'authorize'.length + 2
const indent = ' '.repeat(2 + stageWidth)

function callerText({ user, application, credential }: Explanation['caller']): string {
  const named = [
    user && `user ${user.subject}${user.issuer === 'imagined' ? '' : ` of ${user.issuer}`}`,
    application && `application ${application.subject}`,
  ]
  const shown = credential && (credential.id === '' ? credential.kind : `${credential.kind} ${credential.id}`)
  const who = named.filter(name => name !== undefined).join(', ')
  if (credential?.kind === 'imagined') return who === '' ? 'imagined caller' : `imagined caller ${who}`
  if (shown === undefined) return 'caller not known'
  return who === '' ? `caller ${shown}` : `caller ${who}, by ${shown}`
}

/** What a stage found against the call, a line each. */
function evidence({ verdict, rule, reason, missing, limit, retryAfter, code }: StageReport): string[] {
  if (verdict === 'passed' || verdict === 'not reached') return []
  const lacking = Object.entries(missing ?? {}).map(([kind, names]) => `missing ${kind}: ${names.join(', ')}`)
  return [
    `${verdict}${rule === undefined ? '' : ` by ${rule}`}: ${code}`,
    ...(reason === undefined ? [] : [(reason.split('\n')[0] ?? '').trim()]),
    ...lacking,
    ...(limit === undefined ? [] : [`limit: ${limit}`]),
    ...(retryAfter === undefined ? [] : [`may be tried again in ${retryAfter} s`]),
  ]
}

function stageText(report: StageReport, paint: Paint): string {
  const [first = '', ...others] = report.rules.map(printable)
  const quiet = report.verdict === 'not reached'
  const line = `${report.stage.padEnd(stageWidth)}${first}`.trimEnd()
  const cached = report.cache === undefined ? [] : [`${indent}cache: ${report.cache}`]
  const more = [...others.map(rule => indent + rule), ...cached]
  const checked = [line, ...more].join('\n')
  const told = evidence(report).map(text => `\n${indent}${paint('red', printable(text))}`)
  const passed = (report.findings ?? []).map(findingText)
  const noted = passed.map(text => `\n${indent}${paint('yellow', printable(text))}`)
  const judged = (report.policies ?? [])
    .flatMap(policiesText)
    .map(text => `\n${indent}${paint('dim', printable(text))}`)
  return `${paint(verdictStyles[report.verdict], stageMarks[report.verdict])} ${quiet ? paint('dim', checked) : checked}${told.join('')}${judged.join('')}${noted.join('')}`
}

function requestText({ method, url, parameters, headers }: ImaginedRequest): string {
  const lines = [`would be sent on: ${method} ${url}`, `  with the headers ${headers.join(', ')}`]
  if (parameters.length > 0) lines.push(`  with the parameters ${parameters.join(', ')}`)
  return lines.map(printable).join('\n')
}

/** An imagined call comes from nowhere unless told otherwise, and nowhere is in no range. */
const sayWhere = 'Say from where the call would come: --ip ADDRESS.'

/** What is told of a call; what it would be sent on as, and what can't be known, where it was imagined. */
interface Explained {
  readonly explanation: Explanation
  readonly request: ImaginedRequest | undefined
  readonly unknown: readonly string[]
}

/** An explanation for people: what was checked stage by stage, what refused, what is missing, what to do. */
export function explanationText({ explanation, request, unknown }: Explained, paint: Paint): string {
  const {
    method,
    path,
    status,
    code,
    outcome,
    api,
    operation,
    asked = [],
    ip,
    door,
    id,
    time,
    snapshot,
    caller,
    stages,
  } = explanation
  const end = status === undefined ? 'would be answered by the upstream' : `${status} ${code ?? outcome}`
  const good = outcome === 'answered'
  const place =
    operation === undefined
      ? 'no operation'
      : `operation ${operation} of ${api}${asked.map(name => `, asked for ${name}`).join('')}`
  const head = [
    `${paint('bold', printable(`${method} ${path}`))}  ${paint(good ? 'green' : 'red', printable(end))}`,
    printable(
      `${place}; ${callerText(caller)}${ip === undefined ? '' : ` from ${ip}`}${door === undefined ? '' : `; asked about by ${door}`}`,
    ),
    paint('dim', printable(`call ${id} at ${time}, rules ${snapshot.slice(0, 12)}`)),
  ]
  const advice = ip === undefined && code === 'address-refused' ? sayWhere : code && adviceFor(code)
  const parts = [
    head.join('\n'),
    stages.map(report => stageText(report, paint)).join('\n'),
    ...(request === undefined ? [] : [requestText(request)]),
    ...(unknown.length === 0 ? [] : [unknown.map(one => printable(`can't be known: ${one}`)).join('\n')]),
    ...(advice === undefined ? [] : [`What to do: ${advice}`]),
  ]
  return `${parts.join('\n\n')}\n`
}

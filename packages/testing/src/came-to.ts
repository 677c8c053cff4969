import { policiesText, stageMarks } from '@sallyport/stages'
import type { MadeCall, Outcome } from './made.ts'
import type { Stand } from './stand.ts'
import { bodyIn } from './told.ts'

type StageReport = ReturnType<Stand['explain']>['stages'][number]

const width = 'authorize'.length + 2
const shownMax = 300

const short = (text: string) => (text.length <= shownMax ? text : `${text.slice(0, shownMax)} …`)

function ruleOf({ event, refusing }: Outcome): string {
  const { refusal } = event ?? {}
  if (refusing === undefined) return refusal?.rule ?? refusal?.stage ?? ''
  return refusal?.limit === undefined ? refusing.label : `limit ${refusing.name}: ${refusing.label}`
}

function ending(outcome: Outcome): string {
  const { status, event } = outcome
  if (event?.refusal === undefined) return `it was allowed: ${status}`
  return `it was refused by ${ruleOf(outcome)}: ${status} ${event.refusal.code}`
}

/** Lines of what policies made of a call that are shown. */
const linesMax = 12

const indent = ' '.repeat(4 + width)
const indented = (lines: readonly string[]) => lines.map(line => `${indent}${short(line)}`)

function policiesOf({ policies = [] }: StageReport): readonly string[] {
  const lines = policies.flatMap(policiesText)
  const left = lines.length - linesMax
  return left <= 0 ? lines : [...lines.slice(0, linesMax), `and ${left} more lines: sallyport explain has them all`]
}

function linesOf(report: StageReport): readonly string[] {
  const { stage, verdict, rules, reason } = report
  return [
    `  ${stageMarks[verdict]} ${stage.padEnd(width)}${rules.join('; ')}`.trimEnd(),
    ...indented(reason === undefined ? [] : [(reason.split('\n')[0] ?? '').trim()]),
    ...indented(policiesOf(report)),
  ]
}

/** The stages that a call came to, and at the last why it went no further. */
function stagesOf({ event }: Outcome, stand: Stand): readonly string[] {
  if (event === undefined) return []
  const reports = stand
    .explain(event)
    .stages.filter(({ verdict, stage }) => verdict !== 'not reached' && stage !== 'record')
  const last = reports.findIndex(({ stage }) => stage === event.refusal?.stage)
  return (last < 0 ? reports : reports.slice(0, last + 1)).flatMap(linesOf)
}

function bodyLine(outcome: Outcome): readonly string[] {
  if (outcome.event?.refusal !== undefined || outcome.body.length === 0) return []
  return [`  body: ${short(JSON.stringify(bodyIn(outcome)))}`]
}

function whoOf({ event }: Outcome): string {
  const named = [
    event?.user && `user ${event.user.subject}`,
    event?.application && `application ${event.application.subject}`,
  ]
  return named.filter(name => name !== undefined).join(', ') || 'nobody known'
}

/** What was expected of a call and what it came to, stage by stage, for whoever wrote the test. */
export function cameTo(missed: string, { arrival, time }: MadeCall, outcome: Outcome, stand: Stand): string {
  const { method, target, peer } = arrival
  const when = new Date(time).toISOString()
  return [
    `${method} ${target} as ${whoOf(outcome)} at ${when}${peer === undefined ? '' : ` from ${peer}`}`,
    `was expected ${missed}; ${ending(outcome)}`,
    ...stagesOf(outcome, stand),
    ...bodyLine(outcome),
  ].join('\n')
}

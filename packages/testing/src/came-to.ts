import { explain, stageMarks } from '@sallyport/stages'
import type { MadeCall, Outcome } from './made.ts'
import { bodyIn } from './told.ts'

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

/** The stages that a call came to, and at the last why it went no further. */
function stagesOf({ event }: Outcome): readonly string[] {
  if (event === undefined) return []
  const reports = explain(event).stages.filter(({ verdict, stage }) => verdict !== 'not reached' && stage !== 'record')
  const refused = event.refusal?.stage
  const shown =
    refused === undefined ? reports : reports.slice(0, reports.findIndex(({ stage }) => stage === refused) + 1)
  return shown.flatMap(({ stage, verdict, rules, reason }) => [
    `  ${stageMarks[verdict]} ${stage.padEnd(width)}${rules.join('; ')}`.trimEnd(),
    ...(reason === undefined ? [] : [`    ${' '.repeat(width)}${short((reason.split('\n')[0] ?? '').trim())}`]),
  ])
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
export function cameTo(missed: string, { arrival, time }: MadeCall, outcome: Outcome): string {
  const { method, target, peer } = arrival
  const when = new Date(time).toISOString()
  return [
    `${method} ${target} as ${whoOf(outcome)} at ${when}${peer === undefined ? '' : ` from ${peer}`}`,
    `was expected ${missed}; ${ending(outcome)}`,
    ...stagesOf(outcome),
    ...bodyLine(outcome),
  ].join('\n')
}

import type { PolicyChange, PolicyCondition, PolicyExplanation, PolicyReport, TimeWindow } from '@sallyport/core'

/** Policies that are shown; JSON has them all. */
const mostShown = 20

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

function weekdaysText(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'on any day'
  const names = weekdays.map(day => days[day - 1] ?? '')
  const [first = 0] = weekdays
  const inRow = weekdays.length > 2 && weekdays.every((day, i) => day === first + i)
  return `on ${inRow ? `${names[0]} to ${names.at(-1)}` : names.join(', ')}`
}

const windowText = ({ weekdays, from, to }: TimeWindow) =>
  `${from === '00:00' && to === '24:00' ? 'at any time' : `from ${from} to ${to}`} ${weekdaysText(weekdays)}`

const had = ({ kind, name, has }: Extract<PolicyChange, { readonly has: boolean }>) =>
  `${has ? '' : 'no '}${kind} ${name}`

const kinds = { claim: 'claim', header: 'header', query: 'query parameter', parameter: 'path parameter' } as const

/** What would have to be otherwise, in a few words. */
function changeText(change: PolicyChange): string {
  switch (change.kind) {
    case 'scope':
    case 'role':
    case 'group':
      return had(change)
    case 'claim':
    case 'header':
    case 'query':
    case 'parameter': {
      const what = `${kinds[change.kind]} ${change.name}`
      return change.value === null ? `no ${what}` : `${what}: ${JSON.stringify(change.value)}`
    }
    case 'country':
      return change.value === null ? 'an address of no known country' : `an address in ${change.value}`
    case 'address':
      return `address ${change.value}`
    case 'time':
      return `time ${change.windows.length === 0 ? change.at : `${change.windows.map(windowText).join('; or ')}, ${change.zone}`}`
    case 'caller':
      return `caller ${change.value}`
    case 'credential':
      return `credential of kind ${change.value}`
  }
}

const valuesText = ({ values }: PolicyCondition) => values.map(({ of, is }) => `${of} is ${is ?? 'missing'}`).join(', ')

const marks = { true: '✓', false: '✗', error: '✗', unknown: '?', 'not reached': '·' } as const

function conditionText(condition: PolicyCondition): string {
  const why = [valuesText(condition), condition.reason ?? ''].filter(part => part !== '').join('; ')
  return `  ${marks[condition.state]} ${condition.text}${why === '' ? '' : `  (${why})`}`
}

const ends = {
  held: 'held',
  'not held': 'did not hold',
  error: 'could not be judged',
  unknown: 'is not known to have held',
} as const

/** Of what held everything is told, of what didn't what it failed by. */
function reportText({ id, effect, state, conditions }: PolicyReport): string[] {
  const told =
    state === 'held'
      ? conditions
      : conditions.filter(condition => condition.state !== 'true' && condition.state !== 'not reached')
  return [`${effect} ${id} ${ends[state]}`, ...told.map(conditionText)]
}

const rank = { held: 0, error: 1, unknown: 2, 'not held': 3 } as const

/** What policies made of a call, and what would let it pass, a line each. */
export function policiesText({ policies, missing }: PolicyExplanation): string[] {
  const shown = policies.toSorted((a, b) => rank[a.state] - rank[b.state])
  const more = shown.length - mostShown
  return [
    ...shown.slice(0, mostShown).flatMap(reportText),
    ...(more > 0 ? [`and ${more} more policies that did not hold`] : []),
    ...(missing.length === 0 ? [] : ['it would pass with']),
    ...missing.map(set => `  - ${set.map(changeText).join(', and ')}`),
  ]
}

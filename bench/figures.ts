import type { Machine } from './machine.ts'
import type { Measurement } from './report.ts'

/** One of our own figures, without a peer. */
export interface Figure {
  readonly name: string
  readonly title: string
  readonly value: number
  readonly unit: string
  readonly atMost: number | undefined
}

export interface Figures {
  readonly title: string
  readonly figures: readonly Figure[]
}

/** Small ones are told more closely. */
const digitsOf = ({ value }: Figure) => (Math.abs(value) < 10 ? 1 : 0)

const goalOf = ({ value, atMost }: Figure) =>
  atMost === undefined ? undefined : { goal: `at most ${atMost}`, met: value <= atMost }

/** One object a figure, as measurements beside peers are written. */
export function rowsOf({ figures }: Figures, machine: Machine): readonly Measurement[] {
  return figures.map(figure => ({
    name: figure.name,
    ...{
      ours: Number(figure.value.toFixed(digitsOf(figure))),
      peer: null,
      ratio: null,
      unit: figure.unit,
      ...goalOf(figure),
    },
    on: { ...machine, ours: null, peer: '', windows: 0 },
  }))
}

/** The same for people. */
export function listOf({ title, figures }: Figures): string {
  const lines = figures.map(figure => {
    const goal = goalOf(figure)
    const verdict = goal === undefined ? '' : `   goal ${goal.goal}: ${goal.met ? 'met' : 'MISSED'}`
    return `${figure.value.toFixed(digitsOf(figure)).padStart(6)} ${figure.unit}  ${figure.title}${verdict}`
  })
  return ['', title, ...lines].join('\n')
}

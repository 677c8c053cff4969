import { type Said, termOf } from './facts.ts'

const timeOf = (attr: string) => termOf({ '.': { left: { '.': { left: { Var: 'context' }, attr: 'time' } }, attr } })

const hourMs = 3_600_000n

/** What is true of every call, whatever policies say: what a clock shows. */
export const alwaysSaid: readonly Said[] = [
  { term: timeOf('hour'), fact: { says: 'between', kind: 'long', low: 0n, high: 23n } },
  { term: timeOf('minute'), fact: { says: 'between', kind: 'long', low: 0n, high: 59n } },
  { term: timeOf('weekday'), fact: { says: 'between', kind: 'long', low: 1n, high: 7n } },
  { term: timeOf('ofDay'), fact: { says: 'between', kind: 'duration', low: 0n, high: 24n * hourMs - 1n } },
]

const [hour, ofDay] = [timeOf('hour'), timeOf('ofDay')]

/** What bounds of the hour say of the time of day, and the other way. */
export function followsFrom(said: readonly Said[]): readonly Said[] {
  return said.flatMap(({ term, fact }): readonly Said[] => {
    if (fact.says !== 'between') return []
    const { low, high } = fact
    if (term === hour)
      return [
        {
          term: ofDay,
          fact: {
            says: 'between',
            kind: 'duration',
            low: low && low * hourMs,
            high: high === undefined ? undefined : (high + 1n) * hourMs - 1n,
          },
        },
      ]
    if (term === ofDay)
      return [
        { term: hour, fact: { says: 'between', kind: 'long', low: low && low / hourMs, high: high && high / hourMs } },
      ]
    return []
  })
}

import type { Machine } from './machine.ts'
import type { Measurement } from './report.ts'

/** What was refused of one family of one set, by us and by each peer. */
export interface Found {
  readonly set: string
  readonly family: string
  /** Whether it should be refused. */
  readonly isAttack: boolean
  readonly sent: number
  /** Lines that a written rule left out. */
  readonly dropped: number
  readonly ours: number
  readonly peers: readonly number[]
}

export interface Findings {
  readonly title: string
  readonly ours: string
  readonly peers: readonly string[]
  readonly found: readonly Found[]
}

const share = (count: number, { sent }: Found) => (sent === 0 ? 0 : (100 * count) / sent)

/** One object a family and peer: per cent refused. */
export function findingRows({ found, ours, peers }: Findings, machine: Machine): readonly Measurement[] {
  return found.flatMap(each =>
    peers.map((peer, i) => {
      const [mine, theirs] = [share(each.ours, each), share(each.peers[i] ?? 0, each)]
      const figures = { ours: Number(mine.toFixed(2)), peer: Number(theirs.toFixed(2)) }
      const name = `threats/${each.isAttack ? 'found' : 'false alarms'}/${each.set}/${each.family}`
      const ratio = theirs === 0 ? null : Number((mine / theirs).toFixed(3))
      return { name, ...figures, ratio, unit: `% of ${each.sent}`, on: { ...machine, ours, peer, windows: 1 } }
    }),
  )
}

/** The same for people. */
export function findingTable({ title, ours, peers, found }: Findings): string {
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(i === 0 ? 24 : 46) : cell.padStart(i < 4 ? 9 : 18))).join('')
  const per = (count: number, each: Found) => `${count} ${share(count, each).toFixed(2)}%`
  const rows = found.map(each => {
    const cells = [each.set, each.family, String(each.sent), String(each.dropped), per(each.ours, each)]
    return line([...cells, ...each.peers.map(count => per(count, each))])
  })
  const head = line(['set', 'family', 'lines', 'left out', 'refused by us', ...peers.map((_, i) => `by peer ${i + 1}`)])
  return ['', title, `us: ${ours}`, ...peers.map((peer, i) => `peer ${i + 1}: ${peer}`), head, ...rows].join('\n')
}

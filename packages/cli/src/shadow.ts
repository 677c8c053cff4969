import type { Loaded } from '@sallyport/config'
import { printable } from '@sallyport/contract'

type Configuration = Exclude<Loaded['result'], { readonly mistakes: unknown }>

/** A rule that is tried, as programs are told of it. */
export interface TrialRow {
  readonly api: string
  readonly stage: string
  readonly rule: string
  readonly label: string
  /** RFC 3339, UTC. */
  readonly until: string
  /** Of callers for whom it is enforced, from 0 to 1. */
  readonly share: number
  readonly overdue: boolean
  readonly operations: readonly string[]
}

/** The rules of a configuration that are tried. */
export async function trialRows({ snapshot }: Pick<Configuration, 'snapshot'>, now: number): Promise<TrialRow[]> {
  const { isOverdue, trialsIn } = await import('@sallyport/stages') // what was compiled has loaded it; help needs none
  return trialsIn(snapshot).map(trial => {
    const { api, stage, rule, label, share, operations } = trial
    const until = new Date(trial.until).toISOString()
    return { api, stage, rule, label, until, share, overdue: isOverdue(trial, now), operations }
  })
}

const whereOf = ({ api, operations }: TrialRow) =>
  operations.length === 1 ? `${operations[0]} of ${api}` : `${operations.length} operations of ${api}`

/** A line each, with its end; nothing where none is tried. */
export const trialText = (rows: readonly TrialRow[]): string =>
  rows.map(row => `in shadow: ${row.stage} ${printable(`${row.rule}: ${row.label}, for ${whereOf(row)}`)}\n`).join('')

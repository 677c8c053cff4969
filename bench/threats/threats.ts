import { existsSync } from 'node:fs'
import type { Bench } from '../bench.ts'
import type { Figure } from '../figures.ts'
import type { Found } from '../findings.ts'
import { lacking, threatsNeeds } from '../needs.ts'
import { processorUsed } from '../processor.ts'
import { startModSecurity } from '../servers/modsecurity.ts'
import { startThreatsGuard } from '../servers/threats.ts'
import { type Group, requestGroups, valueGroups } from './samples.ts'
import { refusedOf } from './sending.ts'

const corpora = process.env.SALLYPORT_CORPORA ?? ''

interface Measured {
  readonly port: number
  readonly pid: number
  readonly version: string
}

interface Judged {
  readonly counts: readonly { readonly refused: number; readonly sent: number }[]
  /** Microseconds of a call that carries no attack: all servers do the same with those. */
  readonly processor: number
}

async function judged({ port, pid }: Measured, groups: readonly Group[]): Promise<Judged> {
  const counts: { refused: number; sent: number }[] = []
  let [used, calls] = [0, 0]
  for (const { samples, isAttack } of groups) {
    const before = processorUsed(pid)
    const count = await refusedOf(port, samples)
    counts.push(count)
    if (isAttack) continue
    used += processorUsed(pid) - before
    calls += count.sent
  }
  return { counts, processor: used / calls }
}

function costs(servers: readonly Measured[], results: readonly Judged[], alone: readonly Judged[]): readonly Figure[] {
  const [ourBase, theirBase] = alone
  return servers.flatMap(({ version }, i) => {
    const whole = results[i]?.processor ?? Number.NaN
    const base = (i === 0 ? ourBase : theirBase)?.processor ?? Number.NaN
    return [
      { name: `threats/call/${i}`, title: version, value: whole, unit: 'µs/call', atMost: undefined },
      {
        name: `threats/guard/${i}`,
        title: '  of that the guard',
        value: whole - base,
        unit: 'µs/call',
        atMost: undefined,
      },
    ]
  })
}

/** Found and false alarms of the guard `threats` beside ModSecurity with the Core Rule Set, and what a call costs each. */
export const benchThreats: Bench = async ({ site, say }) => {
  if (!existsSync(corpora)) throw new Error('SALLYPORT_CORPORA names no folder: the labelled sets are read from there')
  const reason = await lacking(threatsNeeds)
  if (reason !== undefined) throw new Error(reason)
  const groups = [...valueGroups(corpora), ...requestGroups(corpora)].filter(({ samples }) => samples.length > 0)
  const harmless = groups.filter(({ isAttack }) => !isAttack)
  const judge = (server: Measured, what: readonly Group[]) => {
    say(`${what.reduce((sum, { samples }) => sum + samples.length, 0)} requests to ${server.version}`)
    return judged(server, what)
  }
  const ours = await startThreatsGuard(site, 'block')
  const peers = [await startModSecurity(site, 1), await startModSecurity(site, 2)]
  const mine = await judge(ours, groups)
  const theirs: Judged[] = []
  for (const peer of peers) theirs.push(await judge(peer, groups))
  const alone = [
    await judge(await startThreatsGuard(site, 'off'), harmless),
    await judge(await startModSecurity(site, 0), harmless),
  ]
  const found = groups.map(
    ({ set, family, isAttack, dropped }, i): Found => ({
      ...{ set, family, isAttack, dropped, sent: mine.counts[i]?.sent ?? 0, ours: mine.counts[i]?.refused ?? 0 },
      peers: theirs.map(each => each.counts[i]?.refused ?? 0),
    }),
  )
  const named = { ours: ours.version, peers: peers.map(({ version }) => version) }
  return [
    { title: 'Refused of labelled values and requests', ...named, found },
    {
      title: 'Processor time of a call without attacks, forwarding included',
      figures: costs([ours, ...peers], [mine, ...theirs], alone),
    },
  ]
}

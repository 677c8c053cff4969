import { printable } from '@sallyport/contract'
import type { Comparison, Flip, Unknown } from './comparison.ts'

/** Groups of a kind that people are shown; programs get all of them. */
const shown = 20

const calls = (count: number) => (count === 1 ? '1 call' : `${count} calls`)
const sum = (groups: readonly { readonly calls: number }[]) => groups.reduce((all, group) => all + group.calls, 0)

function byText(allowed: boolean, ids: readonly string[]): string {
  if (allowed) return ids.length === 0 ? 'no policy stands there' : `permitted by ${ids.join(', ')}`
  return ids.length === 0 ? 'no permit holds' : `forbidden by ${ids.join(', ')}`
}

const flipLine = ({ calls: count, operation, api, caller, from, before, after, ids }: Flip) =>
  `${count}x ${operation} of ${api}, ${caller}: ${byText(from !== 'allowed', after)}; before ${byText(from === 'allowed', before)}; such as ${ids[0]}`

const unknownLine = ({ calls: count, operation, api, missing, ids }: Unknown) =>
  `${count}x ${operation} of ${api}: not recorded: ${missing.join(', ')}; such as ${ids[0]}`

function section<Group extends { readonly calls: number }>(
  title: string,
  groups: readonly Group[],
  line: (group: Group) => string,
): string[] {
  if (groups.length === 0) return []
  const rest = groups.slice(shown)
  return [
    `${title}: ${calls(sum(groups))}`,
    ...groups.slice(0, shown).map(group => `  ${printable(line(group))}`),
    ...(rest.length === 0 ? [] : [`  and ${rest.length} more like these: ${calls(sum(rest))}; --json has them all`]),
  ]
}

/** What would become of the calls, for people. */
export function comparisonText({ flips, unknown, unchanged, refusedOtherwise }: Comparison): string {
  const lines = [
    ...section(
      'allowed, would be refused',
      flips.filter(({ to }) => to === 'refused'),
      flipLine,
    ),
    ...section(
      'refused, would be allowed',
      flips.filter(({ to }) => to === 'allowed'),
      flipLine,
    ),
    ...section('unknown', unknown, unknownLine),
    `unchanged: ${calls(unchanged)}`,
    ...(refusedOtherwise === 0 ? [] : [`refused by other rules than policies: ${calls(refusedOtherwise)}`]),
  ]
  return `${lines.join('\n')}\n`
}

import type { RuleReport } from '@sallyport/testing'
import type { Told } from './reports.ts'

const lines = (rules: readonly RuleReport[]) => rules.map(({ rule, of }) => `  ${rule}  (${of})\n`).join('')
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

/** What tests made of rules, for people. */
export function toldText({ rules, calls, unrepeatable, mutants, ms }: Told): string {
  const never = rules.filter(({ hit }) => !hit)
  const unnoticed = rules.filter(({ noticed }) => !noticed)
  const again =
    unrepeatable === 0
      ? ''
      : `; ${count(unrepeatable, 'call')} came to something else when made again, and tell nothing`
  return [
    `${count(rules.length, 'rule')}, ${rules.length - never.length} of which decided something in ${count(calls, 'call')}\n`,
    never.length === 0 ? '' : `never decided anything:\n${lines(never)}`,
    `${count(mutants, 'mutant')} in ${Math.round(ms)} ms, each without one rule; ${mutants - unnoticed.length} noticed${again}\n`,
    unnoticed.length === 0 ? '' : `noticed by no test where they are gone:\n${lines(unnoticed)}`,
  ].join('')
}

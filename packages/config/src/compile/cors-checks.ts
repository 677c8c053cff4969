import type { Guard, Rule } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

const corsIn = (rules: readonly Rule<StagePorts, Guard>[]) => rules.filter(({ kind }) => kind === 'cors')

/** Preflights are answered alike for every path of an API: what holds for one operation alone they couldn't tell. */
export function checkCors(
  name: string,
  compiled: readonly Compiled[],
  outside: readonly Rule<StagePorts, Guard>[],
  work: Compilation,
): void {
  for (const { operation, path } of compiled) {
    if (corsIn(operation.protect).some(({ from }) => from === 'operation'))
      work.mistake([...path, 'protect', 'cors'], 'cors stands at an API or under gateway, for all operations alike')
  }
  if (corsIn(outside).length > 1)
    work.mistake(
      ['apis', name, 'protect', 'cors'],
      'there is a cors under gateway already; without: [cors] takes it away here',
    )
}

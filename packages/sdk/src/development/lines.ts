import { styleText } from 'node:util'
import { type Explanation, printable } from '@sallyport/contract'
import { stageNames } from '@sallyport/core'
import { outcomeStyles, stageMarks, verdictStyles } from '@sallyport/stages'
import { callerOf } from './caller-of.ts'
import { endOf, stopOf } from './ending.ts'
import { pagePath } from './page-path.ts'

type Style = Parameters<typeof styleText>[0]

const painter = (isColoured: boolean) => (style: Style, text: string) =>
  isColoured ? styleText(style, text, { validateStream: false }) : text

/** What is said at the start: where to look, and in which order the marks stand. */
export function greeting(name: string, isColoured: boolean): string {
  const paint = painter(isColoured)
  return `${printable(name)}: calls are shown here and at ${pagePath}; ${paint('dim', `the marks: ${stageNames.join(' ')}`)}\n`
}

/** Why a call was stopped, where it was. */
function reasonOf(explanation: Explanation): string | undefined {
  const stop = stopOf(explanation)
  if (stop === undefined) return undefined
  const [reason = ''] = (stop.reason ?? '').split('\n')
  return [stop.stage, stop.code, reason].filter(Boolean).join(': ')
}

/** A call in one line: when, what, how it ended, in what time, what became of it at each of the stages, who called, and why it was stopped. */
export function callLine(explanation: Explanation, totalMs: number, isColoured: boolean): string {
  const paint = painter(isColoured)
  const { time, method, path, status, stages } = explanation
  const style = outcomeStyles[endOf(explanation)]
  const reason = reasonOf(explanation)
  const words = [
    paint('dim', time.slice(11, 19)),
    printable(`${method} ${path}`).padEnd(28),
    paint(style, String(status)),
    paint('dim', `${totalMs.toFixed(1)} ms`.padStart(9)),
    stages.map(({ verdict }) => paint(verdictStyles[verdict], stageMarks[verdict])).join(''),
    printable(callerOf(explanation)),
    reason === undefined ? '' : paint(style, printable(reason)),
  ]
  return `${words.filter(word => word !== '').join('  ')}\n`
}

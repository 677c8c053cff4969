import { leavesOf } from '@sallyport/core'
import { isReading } from '@sallyport/stages'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

/** Choices that are allowed and that somebody ought to look at. */
export function warnOfRisks(compiled: readonly Compiled[], work: Compilation): void {
  const unlimited: Compiled[] = []
  for (const one of compiled) {
    const { operation, path } = one
    const open = leavesOf(operation.identify).some(rule => rule.kind === 'anonymous')
    const anyone = operation.authorize.every(rule => rule.kind === 'anyone')
    if (open && anyone && !isReading(operation.method))
      work.warn(path, `${operation.id}: anybody may write without a credential`)
    const [, name] = /\/:(\w+)/.exec(operation.template) ?? []
    if (name !== undefined)
      work.warn(path, `${operation.id}: ":${name}" is taken as it stands; a parameter is {${name}}`)
    if (operation.limit.length === 0 && operation.admitLimit.length === 0) unlimited.push(one)
  }
  const [first] = unlimited
  if (first === undefined) return
  const more = unlimited.length === 1 ? '' : ` and ${unlimited.length - 1} more`
  work.warn(first.path, `${first.operation.id}${more}: no limit`)
}

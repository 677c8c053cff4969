import type { StageName } from '@sallyport/core'
import type { Passed } from './passed.ts'
import { refusalAt } from './refusal.ts'

/** A guard that was made, with the name that explanations call it by. */
export interface Made<G> {
  readonly name: string
  readonly guard: G
}

/** Runs a stage's checks in order. It answers without a promise as long as they do. */
export function judge<G, Value>(
  stage: StageName,
  guards: readonly Made<G>[],
  check: (guard: G, value: Value) => void | Promise<void>,
  value: Value,
  passed: Passed | undefined,
  from = 0,
): void | Promise<void> {
  for (let i = from; i < guards.length; i++) {
    const made = guards[i]
    if (made === undefined) return
    try {
      const pending = check(made.guard, value)
      if (pending === undefined) continue
      return pending.then(
        () => judge(stage, guards, check, value, passed, i + 1),
        error => {
          throw refusalAt(error, stage, made.name, passed)
        },
      )
    } catch (error) {
      throw refusalAt(error, stage, made.name, passed)
    }
  }
}

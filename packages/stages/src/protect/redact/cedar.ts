import {
  type Condition,
  conditionLabel,
  loadCondition,
  type WrittenCondition as WrittenCedar,
} from '../../policy/condition.ts'
import type { Settings, WrittenCondition, WrittenRule } from './settings.ts'

/** Conditions in Cedar, ready to be asked, by what was written. */
export type LoadedConditions = ReadonlyMap<WrittenCedar, Condition>

const writtenIn = (conditions: readonly WrittenCondition[] = []) => conditions.flatMap(({ cedar }) => cedar ?? [])

/** The conditions in Cedar that stand in rules, and where in the settings. */
export const cedarIn = ({ at, rules }: Settings) =>
  rules.flatMap(({ when, unless }, i) =>
    Object.entries({ when, unless }).flatMap(([key, conditions]) =>
      writtenIn(conditions).map(written => ({ written, at: [...at, i, key] })),
    ),
  )

/** Rejects with UnfitPart where one can't be meant. */
export const loadConditions = async (settings: Settings): Promise<LoadedConditions> =>
  new Map(
    await Promise.all(
      cedarIn(settings).map(async ({ written, at }) => [written, await loadCondition(written, at)] as const),
    ),
  )

/** What a rule does, in a few words. */
export const ruleLabel = ({ at, action, when, unless }: WrittenRule): string =>
  [
    ...[action.kind, at],
    ...writtenIn(when).map(each => `when ${conditionLabel(each)}`),
    ...writtenIn(unless).map(each => `unless ${conditionLabel(each)}`),
  ].join(' ')

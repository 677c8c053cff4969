import { conditionLabel } from '../../policy/condition.ts'
import type { PlacedCondition } from '../../policy/conditions.ts'
import type { Settings, WrittenCondition, WrittenRule } from './settings.ts'

const writtenIn = (conditions: readonly WrittenCondition[] = []) => conditions.flatMap(({ cedar }) => cedar ?? [])

/** The conditions in Cedar that stand in rules. */
export const cedarIn = ({ at, rules }: Settings): readonly PlacedCondition[] =>
  rules.flatMap(({ when, unless }, i) =>
    Object.entries({ when, unless }).flatMap(([key, conditions]) =>
      writtenIn(conditions).map(written => ({ written, at: [...at, i, key] })),
    ),
  )

/** What a rule does, in a few words. */
export const ruleLabel = ({ at, action, when, unless }: WrittenRule): string =>
  [
    ...[action.kind, at],
    ...writtenIn(when).map(each => `when ${conditionLabel(each)}`),
    ...writtenIn(unless).map(each => `unless ${conditionLabel(each)}`),
  ].join(' ')

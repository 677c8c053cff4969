import type { Limit } from '@sallyport/core'
import type { z } from 'zod'
import { type Bound, boundOf, type Definition, type Kind } from '../kind.ts'
import { conditionLabel, loadCondition, type WrittenCondition } from '../policy/condition.ts'

/** A limit that counts the calls which meet a condition, and those of which that can't be told. */
export function conditional(limit: Bound<Limit>, when: WrittenCondition): Bound<Limit> {
  return {
    ...limit,
    label: `${limit.label} when ${conditionLabel(when)}`,
    create() {
      throw new TypeError('the condition was not read')
    },
    unread: {
      files: [],
      async bind() {
        const { holds, faults, notes } = await loadCondition(when, ['when'])
        return (ports, rule) => ({
          ...limit.create(ports, rule),
          counts: view => holds(view) !== false,
          notes,
          faults,
        })
      },
    },
  }
}

/** Settings that may have a condition. */
type Conditional = z.ZodType<{ readonly when?: WrittenCondition | undefined }>

/** Declares a kind of limit, which may have a condition. */
export const conditionalKind = <Settings extends Conditional>(
  definition: Definition<Settings, Limit>,
): Kind<Limit, z.input<Settings>> => ({
  settings: definition.settings.transform(config => {
    const limit = boundOf(definition, config)
    return config.when === undefined ? limit : conditional(limit, config.when)
  }),
})

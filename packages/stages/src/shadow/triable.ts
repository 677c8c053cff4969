import type { Trial } from '@sallyport/core'
import { type ZodType, z } from 'zod'
import type { Bound } from '../kind.ts'
import { terms, trialOf, trialText } from './terms.ts'

/** What stands beside the settings of a rule that is tried. */
export interface OnTrial {
  readonly mode: 'shadow'
  /** A day such as `2027-01-31`, or a moment with its zone: by then it is to be decided what becomes of the rule. */
  readonly until: string
  /** Of callers for whom it is enforced all the same: `10%`. */
  readonly share?: string | undefined
}

/** Settings as they may stand for a rule that is tried: beside those that are no map a section `shadow` stands instead. */
export type Triable<Settings> = Settings extends object ? Settings | (Omit<Settings, 'mode'> & OnTrial) : Settings

const beside = z.strictObject({ mode: z.literal('shadow'), ...terms })

/** What is left for the kind itself. */
function withoutTerms(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  return Object.fromEntries(Object.entries(written).filter(([key]) => !Object.hasOwn(beside.shape, key)))
}

/** A rule that is tried; its label says so. */
export const tried = <Made>(bound: Bound<Made>, trial: Trial): Bound<Made> => ({
  ...bound,
  label: `${bound.label} (${trialText(trial)})`,
  trial,
})

/** A map of a kind's settings with `mode: shadow` and `until`. */
const onTrial = <Made, Settings>(settings: ZodType<Bound<Made>, Settings>) =>
  z
    .intersection(
      beside.transform(written => ({ trial: trialOf(written, false) })),
      z.preprocess(withoutTerms, settings).transform(bound => ({ bound })),
    )
    .transform(({ bound, trial }) => tried(bound, trial))

const marked = z.looseObject({ mode: z.literal('shadow') })

/** Settings without a mark, so that what is wrong with others is told of them. */
const unmarked = <Made, Settings>(settings: ZodType<Bound<Made>, Settings>) =>
  z.preprocess((written, context) => {
    if (marked.safeParse(written).success) context.issues.push({ code: 'custom', input: written, continue: false })
    return written
  }, settings)

/** Settings of a kind, or those of a rule that is tried: no kind has to know of it. */
export const triable = <Made, Settings>(settings: ZodType<Bound<Made>, Settings>) =>
  z.union([unmarked(settings), onTrial(settings)])

/** The same, where it is known what was written: what is wrong with it is then told of the one that is meant. */
export const settingsFor = <Made>(settings: ZodType<Bound<Made>>, written: unknown): ZodType<Bound<Made>> =>
  marked.safeParse(written).success ? onTrial(settings) : settings

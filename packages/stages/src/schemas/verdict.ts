import { Problem, type Site, type View } from '@sallyport/core'
import { z } from 'zod'
import type { Faults } from './faults.ts'

/** What becomes of an answer that isn't what it should be: `block` refuses it, `report` lets it pass and writes it into the record. */
export const mode = z.enum(['block', 'report'])
export type Mode = z.output<typeof mode>

/** A request that isn't what it should be. The caller learns where and why. */
export const inputInvalid = (detail: string, errors: Faults): Problem =>
  new Problem('input-invalid', { detail, errors }, JSON.stringify(errors))

/** What is told of an answer that a rule of protect finds wrong. */
export interface Wrong {
  readonly mode: Mode
  /** The name of the rule. */
  readonly rule: string
  readonly reason: string
}

/** An answer that isn't what it should be: the record learns why, the caller doesn't. Throws Problem `answer-invalid`, or reports. */
export function answerInvalid({ mode, rule, reason }: Wrong, view: View, site: Site): void {
  if (mode === 'block') throw new Problem('answer-invalid', {}, reason)
  site.found({ mode: 'report', stage: 'protect', rule, code: 'answer-invalid', reason }, view)
}

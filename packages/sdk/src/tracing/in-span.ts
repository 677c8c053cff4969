import { apart } from '../apart.ts'
import type { Span } from './open-telemetry.ts'

/** Starts a span that is active while `run` runs. */
type Start = (run: (span: Span) => void) => unknown

const noSpan: Span = {
  setAttributes: () => undefined,
  setStatus: () => undefined,
  updateName: () => undefined,
  end: () => undefined,
}

const harmless = (span: Span, fault: (error: unknown) => void): Span => ({
  setAttributes: attributes => apart(() => span.setAttributes(attributes), fault),
  setStatus: status => apart(() => span.setStatus(status), fault),
  updateName: name => apart(() => span.updateName(name), fault),
  end: () => apart(() => span.end(), fault),
})

/**
 * Runs once, within a span where the tracer starts one, and gives what comes of it. What tracer and span throw is told, and changes nothing:
 * of calls that nobody can trace the stages are the same.
 */
export function inSpan<Made>(start: Start, run: (span: Span) => Made, fault: (error: unknown) => void): Made {
  const ran: { made?: { readonly value: Made } | { readonly error: unknown } } = {}
  const once = (span: Span) => {
    if (ran.made !== undefined) return
    try {
      ran.made = { value: run(span) }
    } catch (error) {
      ran.made = { error }
    }
  }
  apart(() => start(span => once(harmless(span, fault))), fault)
  once(noSpan)
  const { made } = ran
  if (made === undefined || 'error' in made) throw made?.error
  return made.value
}

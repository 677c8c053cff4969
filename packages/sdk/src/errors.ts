import type { ErrorForm } from '@sallyport/core'
import { logRedaction, usuallyRedacted } from '@sallyport/stages'

/** What is told of refusals, and of errors that are none: whatever a handler throws beside a Problem is a 500. Each switch stands alone. */
export interface ErrorOptions {
  /** What a refusal says in place of problem details (RFC 9457), which it is given; JSON. */
  readonly render?: ErrorForm['render']
  /** Whether callers see the error's text, as `detail`. Off, and for development alone. */
  readonly message?: boolean
  /** Whether callers see where the error arose, as `stack`: a list of places, without the text. Off, and for development alone. */
  readonly stack?: boolean
  /** Whether the error is told to `fault`, text and stack, under the id of its call. On. */
  readonly log?: boolean
}

const { text: withoutSecrets } = logRedaction(usuallyRedacted)

/** Characters of an error's text that callers see. */
const messageMax = 2000

const messageOf = (error: unknown) =>
  withoutSecrets(String(error instanceof Error ? error.message : error).slice(0, messageMax))

/** The last lines of a stack that are places; its text stands before them. */
function placesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  const { stack, message } = error
  const from = stack.indexOf(message)
  const lines = stack
    .slice(from < 0 ? 0 : from + message.length)
    .split('\n')
    .slice(1)
  return lines.slice(lines.findLastIndex(line => !/^\s+at /.test(line)) + 1).map(line => line.trim())
}

/** How refusals of an application look. */
export function errorFormOf({ render, message = false, stack = false }: ErrorOptions = {}): ErrorForm {
  const fault = (error: unknown) => ({
    ...(message && { detail: messageOf(error) }),
    ...(stack && { stack: placesOf(error) }),
  })
  return { as: 'problem', message: false, render, fault }
}

/** What was asked could not be done, or was refused: exit status 1. The message says what happened and what to do next. */
export class Failure extends Error {
  override readonly name = 'Failure'
  /** More for `--json`. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.details = details
  }
}

/** What was asked is no command that there is: exit status 2. */
export class Misuse extends Error {
  override readonly name = 'Misuse'
}

/** Where something stands in a policy's text; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** What was given can't be judged by: a policy that doesn't load, a value that Cedar can't hold. */
export class PolicyFault extends Error {
  override readonly name = 'PolicyFault'
  readonly place: Place | undefined

  constructor(message: string, place?: Place) {
    super(message)
    this.place = place
  }
}

/** What a policy asks for isn't known: the call's record doesn't hold it. The fact is as policies name it: `context.headers`. */
export class UnknownFact extends Error {
  override readonly name = 'UnknownFact'
  readonly fact: string

  constructor(fact: string) {
    super(`${fact} is not recorded`)
    this.fact = fact
  }
}

/** A policy can't be evaluated on a request, as Cedar has it: the policy then counts as neither satisfied nor unsatisfied. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'
}

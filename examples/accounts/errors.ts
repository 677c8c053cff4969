/** The words of this API's refusals, by their status. */
const words: ReadonlyMap<unknown, string> = new Map([
  [400, 'Bad request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not found'],
  [405, 'Method not allowed'],
  [413, 'Too large'],
  [415, 'Unsupported media type'],
  [429, 'Too many requests'],
  [500, 'Internal server error'],
])

/** What doesn't fit is told field by field. */
function fieldsOf(errors: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(errors).map(([place, messages]) => [place.replace(/^body\.?/, '') || 'body', messages]),
  )
}

/** A refusal as clients of this API expect it: made here, for every operation. */
export function refusal(problem: Readonly<Record<string, unknown>>): unknown {
  const { status, title, detail, errors } = problem
  if (typeof errors === 'object' && errors !== null) return fieldsOf(errors)
  return { msg: words.get(status) ?? 'Error', error: detail ?? title }
}

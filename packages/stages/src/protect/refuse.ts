import { type ErrorForm, type Problem, problems, type Reply, type StageName } from '@sallyport/core'
import { Fault } from '../refusal.ts'

const problemForm: ErrorForm = { as: 'problem', message: false }

/** The name that a kind of problem has everywhere; it never changes. */
const typeOf = (code: string) => `urn:problem-type:sallyport:${code}`

/** What clients of some APIs read in place of the rest. */
function forClients({ code, shown }: Problem, form: ErrorForm): Readonly<Record<string, unknown>> {
  const message = shown.detail ?? problems[code].title
  const errors = { text: message, object: { message, type: code, code } }
  return { ...(form.message && { message }), ...(form.error !== undefined && { error: errors[form.error] }) }
}

/**
 * A refusal as problem details (RFC 9457), or as plain JSON where the API asks for that. The stage is told for machines;
 * nothing of the reason is.
 */
export function renderProblem(problem: Problem, stage: StageName, id: string, form: ErrorForm = problemForm): Reply {
  const { status } = problem
  const { title } = problems[problem.code]
  const { headers: shown = [], ...members } = problem.shown
  const document = {
    type: typeOf(problem.code),
    title,
    status,
    code: problem.code,
    stage,
    ...members,
    ...(problem instanceof Fault && form.fault?.(problem.error)),
    ...forClients(problem, form),
    callId: id,
  }
  const shownAs = form.render?.(document) ?? document
  const type = form.as === 'json' || form.render !== undefined ? 'application/json' : 'application/problem+json'
  const headers = ['Content-Type', type, 'Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff']
  return {
    kind: 'answer',
    status,
    headers: [...headers, ...shown.flat(), 'Sallyport-Call-Id', id],
    body: JSON.stringify(shownAs),
  }
}

import { BadPattern } from '@sallyport/core'
import type { MakePattern } from './pattern.ts'
import type { Entry } from './permission.ts'

/** A method as calls bear it; `*` for any. */
export const methodForm = /^(?:\*|[A-Z][A-Z-]{0,30})$/

export const isMethod = (wanted: string, method: string): boolean => wanted === '*' || wanted === method

/** `METHOD /regex`: the regex must match the whole path. Throws BadPattern. */
export function readAllowed(text: string, makePattern: MakePattern): Entry {
  const space = text.indexOf(' ')
  const [method, expression] = [text.slice(0, space), text.slice(space + 1)]
  if (space < 0 || !methodForm.test(method)) {
    throw new BadPattern('needs a method in capitals (or *), one space and a pattern, such as GET /user')
  }
  if (!expression.startsWith('/')) throw new BadPattern('needs a pattern that begins with a slash, such as GET /user')
  const pattern = makePattern(expression)
  return {
    holds: (request, work) =>
      isMethod(method, request.method) && request.paths.every(path => pattern.fits(path.text, work)),
    body: undefined,
  }
}

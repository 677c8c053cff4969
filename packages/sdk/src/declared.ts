import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** Of the branches of a union the one that was followed furthest: that one was meant. */
function meant(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const branches = issue.errors.map(issues => issues.flatMap(meant))
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length))
  const [first = [issue]] = branches.toSorted((a, b) => depth(b) - depth(a))
  return first.map(inner => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

const faultsIn = (error: z.ZodError, under: readonly string[]) =>
  error.issues
    .flatMap(meant)
    .map(({ path, message }) => [[...under, ...path.map(String)].join('.'), message].filter(Boolean).join(': '))
    .join('; ')

/** What is written for a guard, as its kind reads it. Throws TypeError that names the option and what it must be. */
export function declared<Made>(what: string, settings: z.ZodType<Made>, written: unknown): Made {
  const read = settings.safeParse(written)
  if (read.success) return read.data
  throw new TypeError(faultsIn(read.error, [what]))
}

/** Throws TypeError that says where, and which option won't do. */
export function requireDeclared(where: string, settings: z.ZodType, written: unknown): void {
  const { error } = settings.safeParse(written)
  if (error !== undefined) throw new TypeError(`${where}: ${faultsIn(error, [])}`)
}

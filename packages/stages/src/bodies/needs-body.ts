import type { Guard, Need } from '@sallyport/core'

const ofBodies: ReadonlySet<Need> = new Set(['body', 'content', 'sent'])

/** Whether a guard may read what callers send. */
export const needsBody = ({ needs = [] }: Pick<Guard, 'needs'>): boolean => needs.some(need => ofBodies.has(need))

import type { AuthorizeGuard, Guard } from '@sallyport/core'
import type { IsEnforced } from './sharing.ts'

/** A guard that holds for some callers and for all others isn't there. What would hold for everybody (what it pins, the scopes that it names) it leaves out. */
export const enforcedFor = (guard: Guard & Partial<AuthorizeGuard>, isIn: IsEnforced): AuthorizeGuard => ({
  ...(guard.needs && { needs: guard.needs }),
  ...(guard.publishes && { publishes: guard.publishes }),
  scopes: [],
  ...(guard.policies && { policies: guard.policies }),
  ...(guard.asks !== undefined && { asks: guard.asks }),
  check: (view, site) => (isIn(view) ? guard.check?.(view, site) : undefined),
  ...(guard.open && { open: (view, site) => (isIn(view) && guard.open?.(view, site)) || view.call }),
  ...(guard.prepare && {
    prepare: (outgoing, view, site) => (isIn(view) && guard.prepare?.(outgoing, view, site)) || outgoing,
  }),
  ...(guard.reply && { reply: (reply, view, site) => (isIn(view) && guard.reply?.(reply, view, site)) || reply }),
  ...(guard.leave && {
    leave: (headers, leaving) =>
      (leaving.answered !== undefined && isIn(leaving.answered.view) && guard.leave?.(headers, leaving)) || headers,
  }),
  ...(guard.done && { done: (ended, view) => (isIn(view) ? guard.done?.(ended, view) : undefined) }),
})

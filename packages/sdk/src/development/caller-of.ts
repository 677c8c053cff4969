import type { Explanation } from '@sallyport/contract'

/** Who called, in a word or two. */
export function callerOf({ caller: { user, application, credential } }: Explanation): string {
  const names = [user?.subject, application?.subject].filter(name => name !== undefined)
  return names.length > 0 ? names.join(' with ') : (credential?.kind ?? '')
}

import { Problem, type RequestBody } from '@sallyport/core'

const unread = (): never => {
  throw new Problem('body-malformed', {}, 'the body does not come through this door')
}

/** The body of a call that another proxy has: whoever reads it here refuses the call, for nobody knows what it holds. */
export const unreadBody: RequestBody = {
  length: undefined,
  bytes: undefined,
  abandoned: false,
  progress: 0,
  awaited: false,
  whole: unread,
  stream: unread,
  read: unread,
}

import type { HeaderList } from '@sallyport/core'

/** Whether an OPTIONS request asks what pages may do (Fetch section 3.3.2). */
export const isPreflight = (headers: HeaderList): boolean =>
  headers.has('origin') && headers.has('access-control-request-method')

import type { Api } from '@sallyport/core'
import { openOperation, type StagePorts, syntheticApi } from '@sallyport/stages'
import type { Compilation } from './compilation.ts'

const everywhere = ['/', '/{path*}']

/** What calls without TLS meet: wherever they lead, they are sent to the gateway's own URL. */
export function plainApi(
  url: URL | undefined,
  outside: Api<StagePorts>['outside'],
  work: Compilation,
): Api<StagePorts> {
  if (url?.protocol !== 'https:')
    work.mistake(['gateway', 'redirect'], 'needs gateway.url, an https:// URL at which callers reach the gateway')
  const operations = everywhere.map(template => ({
    ...openOperation('*', template, { own: 'redirect' } as const),
    maxBody: Number.MAX_SAFE_INTEGER,
  }))
  return syntheticApi('redirect', '', outside, operations)
}

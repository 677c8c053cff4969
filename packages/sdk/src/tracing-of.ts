import { handle } from '@sallyport/stages'
import type { Tracing, TracingOptions } from './tracing/tracing.ts'

const none: Tracing = { judge: handle, hears: 'none', record: () => undefined }

/** What judges calls within spans, where that was asked for; else nothing of it is loaded. */
export async function tracingOf(
  options: TracingOptions | undefined,
  fault: (error: unknown) => void,
): Promise<Tracing> {
  if (options === undefined) return none
  const { openTracing } = await import('./tracing/tracing.ts')
  return openTracing(options, fault)
}

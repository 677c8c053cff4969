// OpenTelemetry as an application sets it up, but that its spans stay in memory.
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
trace.setGlobalTracerProvider(provider)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())

export const tracer = trace.getTracer('shop')
export const read = fields => propagation.extract(ROOT_CONTEXT, fields)
export const activeTrace = () => trace.getActiveSpan()?.spanContext().traceId

/** The spans that ended since this was asked last, each with what its parent is called. */
export function taken() {
  const spans = exporter.getFinishedSpans()
  exporter.reset()
  const nameOf = new Map(spans.map(span => [span.spanContext().spanId, span.name]))
  return spans.map(span => ({
    name: span.name,
    kind: span.kind,
    traceId: span.spanContext().traceId,
    parentId: span.parentSpanContext?.spanId,
    parent: nameOf.get(span.parentSpanContext?.spanId),
    status: span.status.code,
    attributes: span.attributes,
  }))
}

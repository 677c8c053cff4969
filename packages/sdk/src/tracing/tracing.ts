import { AsyncLocalStorage } from 'node:async_hooks'
import { type Arrival, after, type CallEvent } from '@sallyport/core'
import { type Around, type Door, type Handled, handle, refusalAt, wayAround } from '@sallyport/stages'
import type { Listener } from '../recorder.ts'
import { firstAttributes, firstName, tellCall } from './attributes.ts'
import { inSpan } from './in-span.ts'
import { type Span, spanError, spanKinds, type Tracer } from './open-telemetry.ts'
import { type ParentOptions, parentReader } from './parents.ts'

/** Makes a span of each call, with the stages below it. */
export interface TracingOptions {
  /** `trace.getTracer('shop')` of `@opentelemetry/api`. */
  readonly tracer: Tracer
  /** Whose traces calls may continue: nobody's unless given, whatever `traceparent` they send. */
  readonly parents?: ParentOptions
}

/** What traces calls: told of their events, it ends their spans. */
export interface Tracing extends Listener {
  judge(arrival: Arrival, door: Door): Handled | Promise<Handled>
}

function tellRefusal(span: Span, error: unknown): void {
  const { problem } = refusalAt(error, 'record', undefined, undefined)
  span.setAttributes({ 'sallyport.code': problem.code })
  if (problem.status < 500) return
  span.setAttributes({ 'error.type': problem.code })
  span.setStatus(spanError)
}

/** Each stage in a span that is active meanwhile, so that what happens in it is told below it. */
const spansOf =
  (tracer: Tracer, fault: (error: unknown) => void): Around =>
  (stage, run) => {
    const options = { kind: spanKinds.internal, attributes: {} }
    const watched = (span: Span) => {
      const failed = (error: unknown) => {
        tellRefusal(span, error)
        span.end()
      }
      try {
        const value = run()
        if (value instanceof Promise) void value.then(() => span.end(), failed)
        else span.end()
        return value
      } catch (error) {
        failed(error)
        throw error
      }
    }
    return inSpan(started => tracer.startActiveSpan(stage, options, started), watched, fault)
  }

export function openTracing({ tracer, parents }: TracingOptions, fault: (error: unknown) => void): Tracing {
  const parentOf = parentReader(parents, fault)
  const around = spansOf(tracer, fault)
  const way = wayAround(around)
  // Finishing a call tells its event, at once.
  const last: { event: CallEvent | undefined } = { event: undefined }
  const within = (span: Span, arrival: Arrival, door: Door) => {
    const inside = AsyncLocalStorage.snapshot()
    let isOver = false
    const finishing = (handled: Handled): Handled => ({
      id: handled.id,
      reply: handled.reply,
      finish(outcome) {
        if (isOver) return
        isOver = true
        inside(() => around('record', () => handled.finish(outcome)))
        if (last.event?.id === handled.id) tellCall(span, last.event)
        span.end()
      },
    })
    return after(handle(arrival, { ...door, way }), finishing)
  }
  return {
    record(event) {
      last.event = event
    },
    judge(arrival, door) {
      const options = { kind: spanKinds.server, attributes: firstAttributes(arrival) }
      const parent = parentOf(arrival)
      const run = (span: Span) => within(span, arrival, door)
      const name = firstName(arrival)
      return inSpan(
        started =>
          parent === undefined
            ? tracer.startActiveSpan(name, options, started)
            : tracer.startActiveSpan(name, options, parent, started),
        run,
        fault,
      )
    },
  }
}

/*
 * As much of @opentelemetry/api as is used: whoever has it hands its objects over, and nobody else needs it.
 */

export type AttributeValue = string | number

/** A span of @opentelemetry/api. */
export interface Span {
  setAttributes(attributes: Record<string, AttributeValue>): unknown
  setStatus(status: { code: number }): unknown
  updateName(name: string): unknown
  end(): void
}

export interface SpanOptions {
  kind: number
  attributes: Record<string, AttributeValue>
}

/** A Tracer of @opentelemetry/api: `trace.getTracer('shop')`. */
export interface Tracer {
  startActiveSpan<Made>(name: string, options: SpanOptions, run: (span: Span) => Made): Made
  startActiveSpan<Made>(name: string, options: SpanOptions, context: unknown, run: (span: Span) => Made): Made
}

/** SpanKind and SpanStatusCode, whose numbers are part of the API. */
export const spanKinds = { internal: 0, server: 1 } as const
export const spanError = { code: 2 } as const

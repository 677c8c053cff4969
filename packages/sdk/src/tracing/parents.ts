import { type Arrival, HeaderList } from '@sallyport/core'
import { plainAddress } from '@sallyport/stages'
import { addressList } from '@sallyport/tokens'
import { apart } from '../apart.ts'

/** The fields of W3C Trace Context. */
export interface TraceFields {
  traceparent?: string
  tracestate?: string
}

/** Whose traces calls may continue. */
export interface ParentOptions {
  /** Addresses and ranges of peers, such as other services. */
  readonly from: readonly string[]
  /** The context that the fields stand for: `fields => propagation.extract(ROOT_CONTEXT, fields)` of `@opentelemetry/api`. */
  read(fields: TraceFields): unknown
}

/** A traceparent that stands twice is none (W3C Trace Context section 3.2.2.5); tracestate is a list. */
function fieldsOf({ rawHeaders }: Arrival): TraceFields | undefined {
  const headers = new HeaderList(rawHeaders)
  const [traceparent, ...more] = headers.all('traceparent')
  if (traceparent === undefined || more.length > 0) return undefined
  const tracestate = headers.all('tracestate').join(',')
  return { traceparent, ...(tracestate !== '' && { tracestate }) }
}

/** What can't be read leads to no trace of another. */
function contextIn(fields: TraceFields, { read }: ParentOptions, fault: (error: unknown) => void): unknown {
  try {
    return read(fields)
  } catch (error) {
    apart(
      () => fault(error),
      () => undefined,
    )
    return undefined
  }
}

/** The context that a call continues; undefined where it continues none. */
export function parentReader(
  parents: ParentOptions | undefined,
  fault: (error: unknown) => void,
): (arrival: Arrival) => unknown {
  if (parents === undefined) return () => undefined
  const isTrusted = addressList(parents.from)
  return arrival => {
    if (arrival.peer === undefined || !isTrusted(plainAddress(arrival.peer))) return undefined
    const fields = fieldsOf(arrival)
    return fields && contextIn(fields, parents, fault)
  }
}

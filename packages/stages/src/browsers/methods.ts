const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a call with this method is to change nothing (RFC 9110 section 9.2.1). TRACE is never served. */
export const isReading = (method: string): boolean => reading.has(method)

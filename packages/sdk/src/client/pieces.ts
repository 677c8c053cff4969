/** The pieces of an answer as they come, once. Where their reader stops, also while one is awaited, the rest isn't asked for. */
export function piecesOf({ body }: Response): AsyncIterable<Uint8Array> {
  const reader = body?.getReader()
  const pieces: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      const read = await reader?.read()
      return read === undefined || read.done ? { done: true, value: undefined } : read
    },
    async return() {
      await reader?.cancel()
      return { done: true, value: undefined }
    },
  }
  return { [Symbol.asyncIterator]: () => pieces }
}

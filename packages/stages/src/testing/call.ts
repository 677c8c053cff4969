import { type Call, HeaderList, noLabels, type RequestBody } from '@sallyport/core'

interface Told {
  readonly ip?: string
  /** Names and values by turns. */
  readonly raw?: readonly string[]
  readonly query?: string
}

const empty: RequestBody = {
  length: 0,
  bytes: undefined,
  abandoned: false,
  progress: 0,
  awaited: false,
  whole: () => new Uint8Array(),
  async *stream() {
    yield* []
  },
  read: async () => new Uint8Array(),
}

/** For tests: a call of which only some things matter. */
export const callWith = ({ ip, raw = [], query }: Told): Call => ({
  id: '0',
  at: 0,
  method: 'GET',
  target: { path: '/', segments: [''], query, matrix: false, slashed: undefined },
  headers: new HeaderList(raw),
  host: 'localhost',
  scheme: 'http',
  ip,
  api: 'test',
  labels: noLabels,
  geo: undefined,
  operation: 'GET /',
  parameters: {},
  body: empty,
})

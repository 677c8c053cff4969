import bytes from 'undici/lib/llhttp/llhttp-wasm.js'

/** The functions of llhttp, the parser that Node itself reads HTTP with, as undici ships it for WebAssembly. */
const names = [
  'malloc',
  'llhttp_alloc',
  'llhttp_free',
  'llhttp_execute',
  'llhttp_finish',
  'llhttp_resume',
  'llhttp_get_error_pos',
  'llhttp_get_error_reason',
  'llhttp_get_http_major',
  'llhttp_get_http_minor',
  'llhttp_get_method',
  'llhttp_method_name',
] as const

export type Llhttp = Readonly<Record<(typeof names)[number], (...numbers: number[]) => number>> & {
  readonly memory: { readonly buffer: ArrayBuffer }
}

/** What a callback answers: go on, or as said. */
export const verdicts = { go: 0, refuse: -1, noBody: 1, pause: 21 } as const
export type Verdict = (typeof verdicts)[keyof typeof verdicts]

/** What `llhttp_execute` answers where nothing is wrong. `tunnel` follows a request for another protocol. */
export const codes = { ok: 0, paused: 21, tunnel: 22 } as const

/** What llhttp calls while it reads. All get the parser first. `from` points into `memory`. */
export interface Callbacks {
  begin(): Verdict
  url(from: number, length: number): Verdict
  field(from: number, length: number): Verdict
  value(from: number, length: number): Verdict
  headed(status: number, isUpgrade: boolean, keepAlive: boolean): Verdict
  piece(from: number, length: number): Verdict
  completed(): Verdict
}

type Exports = Readonly<Record<string, unknown>>

const isMemory = (value: unknown) => typeof value === 'object' && value !== null && 'buffer' in value
const missingIn = (exports: Exports) => names.filter(name => typeof exports[name] !== 'function')

const isLlhttp = (exports: Exports): exports is Exports & Llhttp =>
  isMemory(exports.memory) && missingIn(exports).length === 0

/** Makes an instance. `at` tells whose bytes are read: there is no other while `llhttp_execute` runs. */
export function instantiate(at: () => Callbacks): Llhttp {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: {
      wasm_on_url: (_: number, from: number, length: number) => at().url(from, length),
      wasm_on_status: () => verdicts.go,
      wasm_on_message_begin: () => at().begin(),
      wasm_on_header_field: (_: number, from: number, length: number) => at().field(from, length),
      wasm_on_header_value: (_: number, from: number, length: number) => at().value(from, length),
      wasm_on_headers_complete: (_: number, status: number, upgrade: number, kept: number) =>
        at().headed(status, upgrade === 1, kept === 1),
      wasm_on_body: (_: number, from: number, length: number) => at().piece(from, length),
      wasm_on_message_complete: () => at().completed(),
    },
  })
  if (isLlhttp(exports)) return exports
  throw new Error(`undici brings another llhttp, without memory or ${missingIn(exports).join(', ')}`)
}

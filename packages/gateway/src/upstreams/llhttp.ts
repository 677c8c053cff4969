import bytes from 'undici/lib/llhttp/llhttp-wasm.js'

/** The functions of llhttp, the parser that Node itself reads HTTP with, as undici ships it for WebAssembly. */
const names = [
  'malloc',
  'llhttp_alloc',
  'llhttp_free',
  'llhttp_execute',
  'llhttp_finish',
  'llhttp_get_error_reason',
] as const

type Functions = Readonly<Record<(typeof names)[number], (...numbers: number[]) => number>>

/** What llhttp calls while it reads; 0 lets it go on. All get the parser first. `from` points into `memory`. */
export interface Callbacks {
  begin(): number
  field(from: number, length: number): number
  value(from: number, length: number): number
  /** 1 tells that no body follows. */
  headed(status: number, keepAlive: boolean): number
  piece(from: number, length: number): number
  completed(): number
}

const go = () => 0

/** Makes an instance. `at` tells whose bytes are read: there is no other while `llhttp_execute` runs. */
export function instantiate(at: () => Callbacks): Functions & { readonly memory: { readonly buffer: ArrayBuffer } } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: {
      wasm_on_url: go,
      wasm_on_status: go,
      wasm_on_message_begin: () => at().begin(),
      wasm_on_header_field: (_: number, from: number, length: number) => at().field(from, length),
      wasm_on_header_value: (_: number, from: number, length: number) => at().value(from, length),
      wasm_on_headers_complete: (_: number, status: number, __: number, kept: number) =>
        at().headed(status, kept === 1),
      wasm_on_body: (_: number, from: number, length: number) => at().piece(from, length),
      wasm_on_message_complete: () => at().completed(),
    },
  })
  const { memory } = exports
  const isThere = typeof memory === 'object' && memory !== null && 'buffer' in memory
  const missing = names.filter(name => typeof exports[name] !== 'function')
  if (!isThere || missing.length > 0) throw new Error(`undici brings another llhttp, without ${missing.join(', ')}`)
  return exports as unknown as Functions & { readonly memory: { readonly buffer: ArrayBuffer } }
}

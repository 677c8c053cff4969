/** The code of llhttp for WebAssembly; undici declares no types for it. */
declare module 'undici/lib/llhttp/llhttp-wasm.js' {
  const bytes: Buffer
  export default bytes
}

/** What Node has of WebAssembly and its types leave out. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>
    constructor(
      module: Module,
      imports: Readonly<Record<string, Readonly<Record<string, (...numbers: number[]) => number>>>>,
    )
  }
}

// A door of its own: it loads the reference engine, 4 MB of WebAssembly, which whoever has no policies needn't wait for.
export { type ReadPolicy, readPolicies } from './reference.ts'
export { validated } from './validate.ts'

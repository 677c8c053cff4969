// A door of its own: it loads the reference engine, 4 MB of WebAssembly, which whoever has no policies needn't wait for.
export { type Judged, judged } from './reference/judged.ts'
export { type ReadPolicy, readPolicies } from './reference/read.ts'
export { validated } from './reference/validate.ts'

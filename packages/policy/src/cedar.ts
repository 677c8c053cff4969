// A door of its own, for what whoever has no policies needn't wait for: it loads the reference engine, 4 MB of WebAssembly.
export { contradictionsIn } from './analysis/contradictions.ts'
export { explaining } from './explain/explain.ts'
export { rightsTeller } from './explain/rights.ts'
export { type Judged, judged } from './reference/judged.ts'
export { type ReadPolicy, readPolicies } from './reference/read.ts'
export { validated } from './reference/validate.ts'

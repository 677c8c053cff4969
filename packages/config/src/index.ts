export type { Compiling } from './compile/compile.ts'
export type { Listeners } from './compile/listeners.ts'
export { isLiteralSecret } from './compile/literal-secrets.ts'
export { apiNameOf } from './init/name.ts'
export type { Loaded, LoadPorts } from './load.ts'
export { loadPorts, openVault } from './load-ports.ts'
export { askForDocument, isDocumentUrl, placeOfUrl } from './openapi/ask.ts'
export { type OpenApi, readOpenApi } from './openapi/read.ts'
export type { PresetApi } from './preset/given.ts'
export type { KnownOperation, Preset } from './preset/preset.ts'
export { presetNames, readPreset } from './preset/read.ts'
export { secretsOf } from './read/introspect.ts'
export { jsonSchemaOf } from './read/json-schema.ts'
export { formatMistake, type Mistake, mistakeAt } from './read/mistake.ts'
export { printTree } from './read/print.ts'
export { type ContentWatch, watchFiles } from './watch.ts'
export {
  configurationSchema,
  loadConfiguration,
  overdueTrials,
  probePorts,
  writeConfiguration,
} from './when-needed.ts'

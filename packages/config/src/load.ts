import { dirname, resolve } from 'node:path'
import type { PublicJwks, Secret } from '@sallyport/core'
import { Compilation } from './compile/compilation.ts'
import { type Compiling, compile } from './compile/compile.ts'
import { applyPresets } from './preset/apply.ts'
import { type PresetApi, treeOfPresets } from './preset/given.ts'
import { checkTree } from './read/check.ts'
import { readDocument } from './read/document.ts'
import { mergeTrees } from './read/merge.ts'
import { inOrder, type Mistake } from './read/mistake.ts'
import { substitute } from './read/substitute.ts'
import { placeOf, type Tree } from './read/tree.ts'
import { configuration } from './schema/configuration.ts'

export interface LoadPorts {
  readonly env: Readonly<Record<string, string>>
  readFile(path: string): Promise<string>
  /** The bytes of a file. Where it is missing, no database can be named. */
  readBytes?(path: string): Promise<Uint8Array>
  /** What an ES module exports; `version` names its content. Where it is missing, no module can be named. */
  importModule?(path: string, version: string): Promise<unknown>
  /** The text of an OpenAPI document at a URL. Where it is missing, none can be named by one. */
  askForDocument?(url: string): Promise<string>
  /** A stored secret by name. */
  secret(name: string): Promise<Secret | undefined>
  /** The public keys of the gateway, as a JSON Web Key Set. */
  readonly jwks: PublicJwks
}

/** What came of reading the configuration. `files` are all that were asked for: whoever changes one changes the rules. */
export interface Loaded {
  readonly files: readonly string[]
  readonly warnings: readonly Mistake[]
  readonly result: { readonly mistakes: readonly Mistake[] } | (Compiling & Process & { readonly tree: Tree })
}

/** What a process is started with, beside its rules. */
interface Process {
  readonly log: string
  readonly management: { readonly port: number }
  /** Bytes. */
  readonly cacheSize: number
}

const unreadable = (file: string, error: unknown): Mistake => {
  const why =
    error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read'
  return { file, line: 1, column: 1, path: '', message: why }
}

async function readTrees(files: readonly string[], ports: LoadPorts, mistakes: Mistake[]): Promise<Tree[]> {
  const trees: Tree[] = []
  for (const file of files) {
    try {
      const read = readDocument(await ports.readFile(file), file)
      if ('tree' in read) trees.push(read.tree)
      else mistakes.push(...read.mistakes)
    } catch (error) {
      mistakes.push(unreadable(file, error))
    }
  }
  return trees
}

/** `stdout`, `off`, or a file, relative to the file that names it. */
function logPath(log: string, tree: Tree): string {
  return log === 'stdout' || log === 'off' ? log : resolve(dirname(placeOf(tree, ['gateway', 'log']).file), log)
}

/**
 * Reads sallyport.yaml and all that it names. Later files win, and any file over `apis`, which stand in none. Every mistake is found,
 * not the first alone.
 */
export async function loadConfiguration(
  names: readonly string[],
  ports: LoadPorts,
  apis: readonly PresetApi[] = [],
): Promise<Loaded> {
  const files = names.map(name => resolve(name))
  const mistakes: Mistake[] = []
  const written = await readTrees(files, ports, mistakes)
  const [first, ...others] = apis.length === 0 ? written : [treeOfPresets(apis), ...written]
  if (first === undefined || mistakes.length > 0) return { files, warnings: [], result: { mistakes } }
  const substituted = await substitute(mergeTrees(first, ...others), ports)
  const { tree, mistakes: unknown } = await applyPresets(substituted.tree)
  mistakes.push(...substituted.mistakes, ...unknown)
  const seen = [...files, ...substituted.files]
  // What a preset would have brought is missing where there is none: that would be reported as well.
  if (unknown.length > 0) return { files: seen, warnings: [], result: { mistakes: inOrder(mistakes) } }
  const checked = checkTree(tree, configuration)
  if ('mistakes' in checked)
    return { files: seen, warnings: [], result: { mistakes: inOrder([...mistakes, ...checked.mistakes]) } }
  const work = new Compilation(tree, ports)
  const compiled = await compile(checked.value, ports.jwks, work)
  mistakes.push(...work.mistakes)
  const all = [...seen, ...work.files]
  if (mistakes.length > 0) return { files: all, warnings: work.warnings, result: { mistakes: inOrder(mistakes) } }
  const { management, cacheSize } = checked.value.gateway
  const log = logPath(checked.value.gateway.log, tree)
  return { files: all, warnings: inOrder(work.warnings), result: { ...compiled, tree, log, management, cacheSize } }
}

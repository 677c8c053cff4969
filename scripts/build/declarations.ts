import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { type ParseResult, parseSync } from 'oxc-parser'
import { runNode } from '../child.ts'
import { doorsIn } from './manifest.ts'

/** A declaration file as the compiler made it. */
export interface Declaration {
  readonly text: string
  readonly parsed: ParseResult
}

/** Where a name is declared, and under which name there. */
export interface Declared {
  readonly path: string
  readonly name: string
}

/** Has the compiler write what the sources of packages declare into a folder in the checkout: `<package>/src/<path>.d.ts`. */
export async function emitDeclarations(packages: readonly string[], folder: string): Promise<void> {
  const settings = {
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      noCheck: true, // types are checked by themselves
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: '../packages',
      outDir: '.',
    },
    include: packages.map(name => `../packages/${name}/src`),
    exclude: ['../**/*.test.ts', '../**/conformance'],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  const status = await runNode(['node_modules/typescript/bin/tsc', '-p', folder])
  if (status !== 0) throw new Error('the types of these packages could not be written')
}

/** The declaration files in a folder that `emitDeclarations` filled. */
export class Declarations {
  readonly #folder: string
  readonly #known = new Map<string, Declaration>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** `path` is relative to the folder. */
  async at(path: string): Promise<Declaration> {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    const text = await readFile(join(this.#folder, path), 'utf8')
    const parsed = parseSync(path, text)
    if (parsed.errors[0]) throw new Error(`${path}: ${parsed.errors[0].message}`)
    const read = { text, parsed }
    this.#known.set(path, read)
    return read
  }

  /** Where what a package's door gives under a name is declared. */
  async behindDoor(specifier: string, name: string): Promise<Declared> {
    const [, folder = '', ...rest] = specifier.split('/')
    const source = (await doorsIn(folder)).get(['.', ...rest].join('/'))
    const declared = source && (await this.#exporter(`${source}.d.ts`, name))
    if (!declared) throw new Error(`${specifier} declares no ${name}`)
    return declared
  }

  async #exporter(path: string, name: string): Promise<Declared | undefined> {
    const { parsed } = await this.at(path)
    for (const { moduleRequest, importName, exportName } of parsed.module.staticExports.flatMap(one => one.entries)) {
      if (exportName.name === name) {
        if (moduleRequest === null) return { path, name }
        return this.#exporter(declarationBeside(path, moduleRequest.value), importName.name ?? name)
      }
      if (importName.kind !== 'AllButDefault' || moduleRequest === null) continue
      const found = await this.#exporter(declarationBeside(path, moduleRequest.value), name)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The declaration file that a relative specifier in a declaration file names. */
export const declarationBeside = (path: string, specifier: string): string =>
  join(dirname(path), specifier.replace(/\.ts$/, '.d.ts')).split(sep).join('/')

/** How one declaration file names another, as the JavaScript that it stands for. */
export function specifierFrom(path: string, other: string): string {
  const way = relative(dirname(path), other)
    .split(sep)
    .join('/')
    .replace(/\.d\.ts$/, '.js')
  return way.startsWith('.') ? way : `./${way}`
}

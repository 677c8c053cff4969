import { isBuiltin } from 'node:module'
import { type StaticExport, type StaticImport, type TSImportType, Visitor } from 'oxc-parser'
import { packageOf } from './bundle.ts'
import { type Declarations, declarationBeside, specifierFrom } from './declarations.ts'

/** A declaration file as it is published, and what it needs. */
export interface Published {
  readonly text: string
  /** Declaration files of ours. */
  readonly files: ReadonlySet<string>
  /** npm packages. */
  readonly packages: ReadonlySet<string>
}

/** Text that stands in place of a piece of a file. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const edited = (text: string, edits: readonly Edit[]) =>
  edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((left, { start, end, text }) => left.slice(0, start) + text + left.slice(end), text)

/** Where `<package>/src/<path>` lies in what is published. */
export const placeOf = (path: string): string => path.replace('/src/', '/')

const isOurs = (specifier: string) => specifier.startsWith('@sallyport/')

/** The specifiers of one declaration file, as they are published. */
class Specifiers {
  readonly files = new Set<string>()
  readonly packages = new Set<string>()
  readonly #path: string
  readonly #declarations: Declarations

  constructor(path: string, declarations: Declarations) {
    this.#path = path
    this.#declarations = declarations
  }

  /** The specifier of a declaration file. */
  #to(other: string): string {
    this.files.add(other)
    return `'${specifierFrom(placeOf(this.#path), placeOf(other))}'`
  }

  /** The specifier of anything but a door of ours. */
  plain({ value, start, end }: { value: string; start: number; end: number }): Edit {
    if (value.startsWith('.')) return { start, end, text: this.#to(declarationBeside(this.#path, value)) }
    if (!isBuiltin(value)) this.packages.add(packageOf(value))
    return { start, end, text: `'${value}'` }
  }

  /** Of what a door of ours gives under a name: the specifier of the file that declares it, and what it is called there. */
  async behind(door: string, name: string | null): Promise<{ readonly from: string; readonly name: string }> {
    if (name === null) throw new Error(`${this.#path}: name what ${door} gives`)
    const declared = await this.#declarations.behindDoor(door, name)
    return { from: this.#to(declared.path), name: declared.name }
  }
}

async function imported({ start, end, moduleRequest, entries }: StaticImport, specifiers: Specifiers): Promise<Edit> {
  if (!isOurs(moduleRequest.value)) return specifiers.plain(moduleRequest)
  const lines = entries.map(async ({ importName, localName }) => {
    const { from, name } = await specifiers.behind(moduleRequest.value, importName.name)
    return `import type { ${name} as ${localName.value} } from ${from};`
  })
  return { start, end, text: (await Promise.all(lines)).join('\n') }
}

async function exported({ start, end, entries }: StaticExport, specifiers: Specifiers): Promise<readonly Edit[]> {
  const [request] = entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])
  if (request === undefined) return []
  if (!isOurs(request.value)) return [specifiers.plain(request)]
  const lines = entries.map(async ({ importName, exportName, isType }) => {
    const { from, name } = await specifiers.behind(request.value, importName.name)
    return `export ${isType ? 'type ' : ''}{ ${name} as ${exportName.name} } from ${from};`
  })
  return [{ start, end, text: (await Promise.all(lines)).join('\n') }]
}

async function inType({ source, qualifier }: TSImportType, specifiers: Specifiers): Promise<Edit> {
  if (!isOurs(source.value)) return specifiers.plain(source)
  const known = qualifier?.type === 'Identifier' ? qualifier : { name: null, end: source.end }
  const { from, name } = await specifiers.behind(source.value, known.name)
  return { start: source.start, end: known.end, text: `${from}).${name}` }
}

/**
 * A declaration file that stands without our packages: what it takes through their doors it takes from where that is declared, so that
 * nothing else behind a door comes along.
 */
export async function published(path: string, declarations: Declarations): Promise<Published> {
  const { text, parsed } = await declarations.at(path)
  const specifiers = new Specifiers(path, declarations)
  const inTypes: TSImportType[] = []
  new Visitor({ TSImportType: node => void inTypes.push(node) }).visit(parsed.program)
  const { staticImports, staticExports } = parsed.module
  const edits = await Promise.all([
    ...staticImports.map(async one => [await imported(one, specifiers)]),
    ...staticExports.map(one => exported(one, specifiers)),
    ...inTypes.map(async one => [await inType(one, specifiers)]),
  ])
  const { files, packages } = specifiers
  return { text: edited(text, edits.flat()), files, packages }
}

import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { type Package, readPackages, readTestDependencies } from './packages.ts'
import { readSource, type SourceFacts } from './source.ts'
import { IO_MODULES, LAYERS, NARROWER, PURE, READS_ENVIRONMENT } from './table.ts'

type House = { packages: ReadonlyMap<string, Package>; testDependencies: ReadonlySet<string> }

/** A file of a package. One that isn't shipped serves tests: it may read the environment, and import what only tests need. */
type Source = { path: string; facts: SourceFacts; isShipped: boolean; owner: Package }

/**
 * Judges every import of every package under `root`. Gives one line a fault, `file:line: what is wrong and what is right`;
 * nothing when the house is in order.
 */
export function layerFaults(root: string): string[] {
  const packages = readPackages(root)
  const house = {
    packages: new Map(packages.map(one => [one.name, one])),
    testDependencies: readTestDependencies(root),
  }
  return packages.flatMap(owner => {
    const facts = new Map(owner.sources.map(path => [path, readSource(path, readFileSync(join(root, path), 'utf8'))]))
    const shipped = reachable(facts, owner.entries)
    const sources = [...facts].map(([path, facts]) => ({ path, facts, isShipped: shipped.has(path), owner }))
    return [...placeFaults(owner), ...sources.flatMap(source => sourceFaults(house, source))]
  })
}

/** The files that the entries import, directly or through others. */
function reachable(facts: ReadonlyMap<string, SourceFacts>, entries: readonly string[]): Set<string> {
  const reached = new Set(entries)
  for (const path of reached) {
    const imports = facts.get(path)?.imports ?? []
    const relative = imports.filter(({ value }) => value.startsWith('.'))
    for (const { value } of relative) reached.add(resolve(path, value)) // a Set's loop goes on to what is added meanwhile
  }
  return reached
}

function placeFaults({ folder, name }: Package): string[] {
  const manifest = `packages/${folder}/package.json:1`
  const expected = folder === 'sallyport' ? folder : `@sallyport/${folder}`
  const faults: string[] = []
  if (layerOf(folder) < 0) faults.push(`${manifest}: ${folder} has no layer; give it one in scripts/layers/table.ts`)
  if (name !== expected) faults.push(`${manifest}: the package is called ${name}; its folder says ${expected}`)
  return faults
}

function sourceFaults(house: House, source: Source): string[] {
  const { imports, environment } = source.facts
  const faults = imports.map(({ value, line }) => ({ line, fault: importFault(house, source, value) }))
  if (source.owner.folder !== READS_ENVIRONMENT && source.isShipped) {
    const fault = `only ${READS_ENVIRONMENT} reads the environment; take what you need as a parameter`
    faults.push(...environment.map(line => ({ line, fault })))
  }
  return faults.flatMap(({ line, fault }) => (fault ? [`${source.path}:${line}: ${fault}`] : []))
}

function importFault(house: House, source: Source, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return relativeFault(source, specifier)
  if (isBuiltin(specifier)) return builtinFault(source, specifier)
  const [name, door] = splitSpecifier(specifier)
  const target = house.packages.get(name)
  return (target && siblingFault(source.owner, target, door)) ?? dependencyFault(house, source, name)
}

function relativeFault({ path, owner }: Source, specifier: string): string | undefined {
  if (resolve(path, specifier).startsWith(`packages/${owner.folder}/`)) return undefined
  return `${specifier} leads out of the package; import other packages by their name`
}

function builtinFault({ owner, isShipped }: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('node:')) return `${specifier} is Node's own; write node:${specifier}`
  if (owner.folder !== PURE || !isShipped || !IO_MODULES.has(specifier)) return undefined
  return `${PURE} does no I/O, so it can't import ${specifier}; take a port instead`
}

/** The faults of an import from one of our packages to another. */
function siblingFault(owner: Package, target: Package, door: string): string | undefined {
  if (owner === target) return `a package doesn't import itself by name; write a relative path`
  if (!target.doors.has(door)) {
    return `${door} of ${target.name} isn't one of its doors (${[...target.doors].join(', ') || 'it has none'})`
  }
  const narrower = NARROWER.get(owner.folder)
  if (narrower && !narrower.includes(target.folder)) {
    return `of our packages ${owner.folder} imports only ${narrower.join(' and ')}, not ${target.folder}`
  }
  if (layerOf(target.folder) > layerOf(owner.folder)) return undefined
  const relation = layerOf(target.folder) === layerOf(owner.folder) ? 'a sibling of' : 'above'
  return `${target.folder} is ${relation} ${owner.folder}; imports go down only, siblings meet through ports of core`
}

function dependencyFault({ testDependencies }: House, { owner, isShipped }: Source, name: string): string | undefined {
  if (owner.dependencies.has(name)) return undefined
  if (!isShipped && (owner.devDependencies.has(name) || testDependencies.has(name))) return undefined
  return `${name} isn't among the dependencies in packages/${owner.folder}/package.json`
}

function resolve(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier)
}

/** The row of the layer table, 0 at the top; -1 when it isn't there. */
function layerOf(folder: string): number {
  return LAYERS.findIndex(layer => layer.includes(folder))
}

/** `@sallyport/core/words` is the door `./words` of `@sallyport/core`. */
function splitSpecifier(specifier: string): [name: string, door: string] {
  const parts = specifier.split('/')
  const length = specifier.startsWith('@') ? 2 : 1
  return [parts.slice(0, length).join('/'), ['.', ...parts.slice(length)].join('/')]
}

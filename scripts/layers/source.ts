import type { Expression } from 'oxc-parser'
import { parseSync, Visitor } from 'oxc-parser'

/** Something found in a source file, at the offset where it stands. */
type Found<T> = { value: T; line: number }

/** What the layer check wants to know of one file. */
export type SourceFacts = {
  /** Every module that the file names: imports, type imports, re-exports, `import()` of a literal. */
  imports: readonly Found<string>[]
  /** The lines that read the process environment. */
  environment: readonly number[]
}

/** Parses a TypeScript or JavaScript file. Throws when it can't be parsed: what can't be read can't be judged. */
export function readSource(path: string, text: string): SourceFacts {
  const { program, errors } = parseSync(path, text)
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  const imports: Found<string>[] = []
  const environment: number[] = []
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  const names = (source: { value: unknown; start: number } | null) => {
    if (typeof source?.value === 'string') imports.push({ value: source.value, line: lineAt(source.start) })
  }
  new Visitor({
    ImportDeclaration(node) {
      names(node.source)
      const takesEnvironment = node.specifiers.some(
        specifier => specifier.type !== 'ImportNamespaceSpecifier' && specifier.local.name === 'env',
      )
      if (node.source.value === 'node:process' && takesEnvironment) environment.push(lineAt(node.start))
    },
    ExportNamedDeclaration: node => names(node.source),
    ExportAllDeclaration: node => names(node.source),
    ImportExpression: node => names(node.source.type === 'Literal' ? node.source : null),
    TSImportType: node => names(node.source),
    MemberExpression(node) {
      const property = node.computed && node.property.type === 'Literal' ? node.property.value : undefined
      const name = !node.computed && node.property.type === 'Identifier' ? node.property.name : property
      if (name === 'env' && isProcess(node.object)) environment.push(lineAt(node.start))
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'ObjectPattern' || !node.init || !isProcess(node.init)) return
      const names = node.id.properties.map(member =>
        member.type === 'Property' && member.key.type === 'Identifier' ? member.key.name : undefined,
      )
      if (names.some(name => name === undefined || name === 'env')) environment.push(lineAt(node.start))
    },
  }).visit(program)
  return { imports, environment }
}

/** `process`, and `globalThis.process` or the like. */
function isProcess(node: Expression): boolean {
  if (node.type === 'Identifier') return node.name === 'process'
  return node.type === 'MemberExpression' && node.property.type === 'Identifier' && node.property.name === 'process'
}

import { nearest } from '@sallyport/core'
import { nodeAt, type Path, quoted, type Tree } from '../read/tree.ts'
import { type Reading, textAt } from './part.ts'

/** One scheme that has to be met, with the scopes (OpenAPI 3.1: or roles) that it has to give. */
export interface SchemeUse {
  readonly scheme: string
  /** `apiKey`, `http`, `oauth2`, `openIdConnect` or `mutualTLS`. */
  readonly type: string
  readonly scopes: readonly string[]
}

/** Alternatives, in each of which every scheme has to be met; `none` where a call without credentials is good too. */
export type Security = 'none' | readonly (readonly SchemeUse[])[]

const types = ['apiKey', 'http', 'oauth2', 'openIdConnect', 'mutualTLS'] as const

/** The security requirements at `path`; undefined where there are none, or none that can be read. */
export function readSecurity(reading: Reading, path: Path): Security | undefined {
  const node = nodeAt(reading.tree, path)
  if (node === undefined) return undefined
  if (node.kind !== 'list') return reading.wrong(path, 'must be a list of security requirements')
  const alternatives = node.items.map((item, index) => readRequirement(reading, item, [...path, index]))
  const readable = alternatives.filter(alternative => alternative !== undefined)
  if (readable.length < alternatives.length) return undefined
  return readable.some(({ length }) => length === 0) || readable.length === 0 ? 'none' : readable
}

function readRequirement(reading: Reading, node: Tree, path: Path): SchemeUse[] | undefined {
  if (node.kind !== 'map') return reading.wrong(path, 'must be a map from security schemes to scopes')
  const uses = Array.from(node.entries, ([scheme, { value }]) => readUse(reading, scheme, value, [...path, scheme]))
  const readable = uses.filter(use => use !== undefined)
  return readable.length < uses.length ? undefined : readable
}

function readUse(reading: Reading, scheme: string, scopes: Tree, path: Path): SchemeUse | undefined {
  const type = readType(reading, scheme, path)
  const names = scopes.kind === 'list' ? scopes.items.map(textOf) : [undefined]
  const readable = names.filter(name => name !== undefined)
  if (readable.length < names.length) return reading.wrong(path, 'must be a list of scopes')
  return type === undefined ? undefined : { scheme, type, scopes: readable }
}

function textOf(node: Tree): string | undefined {
  return node.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

const schemesPath = ['components', 'securitySchemes'] as const

function readType(reading: Reading, scheme: string, path: Path): string | undefined {
  const declared = reading.part([...schemesPath, scheme])
  if (declared === undefined) {
    const all = nodeAt(reading.tree, schemesPath)
    const allowed = all?.kind === 'map' ? [...all.entries.keys()] : []
    const message = `no security scheme ${quoted(scheme)} is declared under components.securitySchemes`
    return reading.wrong(path, message, { allowed, nearest: nearest(scheme, allowed) })
  }
  const part = reading.resolved(declared)
  if (part === undefined) return undefined
  const type = textAt(part.node, 'type')
  if (types.some(known => known === type)) return type
  return reading.wrong([...part.path, 'type'], 'must be a type of security scheme', { allowed: types })
}

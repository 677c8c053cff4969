import type { CedarValueJson, EntityJson, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs'

type Node = Readonly<Record<string, unknown>>

const isNode = (json: unknown): json is Node => typeof json === 'object' && json !== null && !Array.isArray(json)
const nodeAt = (node: unknown, name: string): Node => {
  const found = isNode(node) ? node[name] : undefined
  return isNode(found) ? found : {}
}

/** Functions that read a text as a value of an extension's type. */
const makers = new Map([
  ['ipaddr', 'ip'],
  ['decimal', 'decimal'],
  ['datetime', 'datetime'],
  ['duration', 'duration'],
])

/** Reads values whose types a schema tells, as the reference does: what is no entity or extension by itself may be meant as one. */
export function bySchema(schema: SchemaJson<string>) {
  const commonTypes = new Map(
    Object.entries(schema).flatMap(([space, { commonTypes: types = {} }]) =>
      Object.entries(types).map(([name, type]) => [space === '' ? name : `${space}::${name}`, type] as const),
    ),
  )
  function typed(value: CedarValueJson, type: unknown): CedarValueJson {
    if (!isNode(type)) return value
    const named = String(type.type === 'EntityOrCommon' || type.type === 'Extension' ? type.name : type.type)
    const common = commonTypes.get(named)
    if (common !== undefined) return typed(value, common)
    const fn = makers.get(named.replace('__cedar::', ''))
    if (fn !== undefined && typeof value === 'string') return { __extn: { fn, arg: value } }
    if (Array.isArray(value)) return value.map(each => typed(each, type.element))
    if (!isNode(value)) return value
    if ('__extn' in value || '__entity' in value) return value
    if (type.type === 'Record') return membersBy(value, nodeAt(type, 'attributes'))
    if (typeof value.type === 'string' && typeof value.id === 'string')
      return { __entity: { type: value.type, id: value.id } }
    return 'fn' in value ? { __extn: { fn: String(value.fn), arg: String(value.arg) } } : value
  }
  const membersBy = (members: Readonly<Record<string, CedarValueJson>>, attributes: Node) =>
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, typed(value, attributes[name])]))
  const declared = (kind: 'entityTypes' | 'actions', type: string, id = type): Node => {
    const at = type.lastIndexOf('::')
    const space = nodeAt(schema, at === -1 ? '' : type.slice(0, at))
    return nodeAt(nodeAt(space, kind), kind === 'actions' ? id : type.slice(at === -1 ? 0 : at + 2))
  }
  return {
    context(action: { readonly type: string; readonly id: string }, members: Readonly<Record<string, CedarValueJson>>) {
      const applies = nodeAt(declared('actions', action.type, action.id), 'appliesTo')
      const context = typed({ ...members }, applies.context)
      return isNode(context) ? membersBy(members, nodeAt(applies.context, 'attributes')) : members
    },
    entity(entity: EntityJson): EntityJson {
      const { type } = '__entity' in entity.uid ? entity.uid.__entity : entity.uid
      const of = declared('entityTypes', type)
      const tags = Object.entries(entity.tags ?? {}).map(([name, value]) => [name, typed(value, of.tags)] as const)
      return {
        ...entity,
        attrs: membersBy(entity.attrs, nodeAt(of.shape, 'attributes')),
        tags: Object.fromEntries(tags),
      }
    },
  }
}

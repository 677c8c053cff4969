import type { Json } from '@sallyport/core'

export type JsonObject = { [member: string]: Json }

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Keys from a document's root. */
export type At = readonly (string | number)[]

/** A part of a document, and where it stands. */
export interface Part {
  readonly json: Json
  readonly at: At
}

const textOf = (at: At) => at.join(' → ')

/** Why a document can't be judged by; says where. */
export const unfit = (at: At, message: string): TypeError => new TypeError(`${textOf(at)}: ${message}`)

function decoded(token: string): string {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return token
  }
}

/** The member of that name; undefined where there is none. */
export function memberOf(json: Json | undefined, name: string): Json | undefined {
  return isObject(json) && Object.hasOwn(json, name) ? json[name] : undefined
}

const childOf = (json: Json | undefined, key: string | number): Json | undefined =>
  Array.isArray(json) ? json[Number(key)] : memberOf(json, String(key))

export const below = (part: Part, name: string): Part | undefined => {
  const json = memberOf(part.json, name)
  return json === undefined ? undefined : { json, at: [...part.at, name] }
}

/** The members of a map; none where there is no map. */
export const partsOf = (part: Part | undefined): (readonly [name: string, part: Part])[] =>
  isObject(part?.json) ? Object.entries(part.json).map(([name, json]) => [name, { json, at: [...part.at, name] }]) : []

/** An OpenAPI 3.0 or 3.1 document. Its references stay within it. */
export class OpenApiDocument {
  readonly root: Json
  /** Whether its schemas are of 3.0, a dialect of their own; those of 3.1 are JSON Schema 2020-12. */
  readonly old: boolean

  constructor(root: Json) {
    this.root = root
    this.old = String(memberOf(root, 'openapi')).startsWith('3.0')
  }

  at(at: At): Part | undefined {
    const json = at.reduce<Json | undefined>(childOf, this.root)
    return json === undefined ? undefined : { json, at }
  }

  /** Where a `$ref` leads. Throws TypeError where that is nowhere in this document. */
  target(reference: string, at: At): Part {
    if (!/^#(?:\/|$)/.test(reference)) throw unfit(at, `${reference} is another document, which isn't read`)
    const target = this.at(reference.split('/').slice(1).map(decoded))
    if (target === undefined) throw unfit(at, `${reference} leads nowhere`)
    return target
  }

  /** The part itself, or where its references lead in the end. Throws TypeError where that is nowhere. */
  resolved(part: Part): Part {
    const passed = new Set<Json>()
    let here = part
    for (;;) {
      const reference = memberOf(here.json, '$ref')
      if (typeof reference !== 'string') return here
      if (passed.has(here.json)) throw unfit(here.at, 'this reference leads back to itself')
      passed.add(here.json)
      here = this.target(reference, here.at)
    }
  }
}

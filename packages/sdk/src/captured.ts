import { readTemplate } from '@sallyport/core/portable'
import type { Endpoint, Shape } from './endpoint.ts'
import { membersIn } from './json-schema/members.ts'
import { inputSchemaOf } from './schema.ts'

/** Throws TypeError where `params` has a member that the path never gives. A schema that doesn't tell its members is taken at its word. */
export function requireCaptured({ route, template, shape }: Endpoint<Shape>): void {
  if (shape.params === undefined) return
  const captured = new Set(readTemplate(template).segments.flatMap(({ names }) => names))
  const stray = membersIn(inputSchemaOf(shape.params)).find(({ name }) => !captured.has(name))
  if (stray === undefined) return
  const known = captured.size === 0 ? 'none' : `only ${[...captured].join(', ')}`
  throw new TypeError(`${route}: params.${stray.name}: the path has no such parameter, ${known}`)
}

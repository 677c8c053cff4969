import type { KnownOperation, Preset } from '@sallyport/config'
import { type Json, nearest, readTemplate, type TemplateSegment } from '@sallyport/core'

const catchAll = '* /{path*}'

function operationIn(id: string): KnownOperation {
  const [method = '', template = ''] = id.split(' ')
  return { method, template }
}

/** All operations that an API has: its own where they are written, else those that its preset lists. Undefined where nobody knows. */
export function knownOperations(
  own: readonly string[],
  preset: Preset | undefined,
): readonly KnownOperation[] | undefined {
  return own.includes(catchAll) ? preset?.operations : own.map(operationIn)
}

/** Whether some text may stand in both segments: what is fixed at either end agrees. Errs on the side of yes. */
function mayMeet(a: TemplateSegment, b: TemplateSegment): boolean {
  const [startA = '', startB = ''] = [a.texts[0], b.texts[0]]
  const [endA = '', endB = ''] = [a.texts.at(-1), b.texts.at(-1)]
  if (a.names.length === 0 && b.names.length === 0) return startA === startB
  return (startA.startsWith(startB) || startB.startsWith(startA)) && (endA.endsWith(endB) || endB.endsWith(endA))
}

/** Whether some path may match both templates. */
function mayShare(a: readonly TemplateSegment[], b: readonly TemplateSegment[]): boolean {
  const [tailA, tailB] = [a.at(-1)?.tail === true, b.at(-1)?.tail === true]
  if (!tailA && b.length > a.length) return false
  if (!tailB && a.length > b.length) return false
  if (!tailA && !tailB && a.length !== b.length) return false
  return a.every((segment, at) => {
    const other = b[at]
    return segment.tail || other === undefined || other.tail || mayMeet(segment, other)
  })
}

const nameless = ({ method, template }: KnownOperation) => `${method} ${template.replace(/\{[^{}]*\}/g, '{}')}`

interface Unknown {
  readonly permit: string
  /** The operation that was probably meant. */
  readonly nearest: string | undefined
}

/** The permits that name none of the operations. */
export function unknownPermits(
  permits: readonly { readonly [member: string]: Json }[],
  known: readonly KnownOperation[],
): Unknown[] {
  const operations = known.map(({ method, template }) => ({
    method,
    template,
    segments: readTemplate(template).segments,
  }))
  return permits.flatMap(permit => {
    const asked = { method: String(permit.method), template: String(permit.path) }
    const { segments } = readTemplate(asked.template)
    const isNamed = operations.some(one =>
      [one.method, '*'].includes(asked.method) || one.method === '*' ? mayShare(segments, one.segments) : false,
    )
    if (isNamed) return []
    const names = new Map(known.map(one => [nameless(one), `${one.method} ${one.template}`]))
    return {
      permit: `${asked.method} ${asked.template}`,
      nearest: names.get(nearest(nameless(asked), names.keys()) ?? ''),
    }
  })
}

export const unknownText = ({ permit, nearest: near }: Unknown): string =>
  `warning: ${permit} names no operation of this API${near === undefined ? '' : `; did you mean ${near}?`}\n`

import type { Json } from '@sallyport/core'
import type { Shape } from './shape.ts'

/** A text that stands for a value, or several of them. */
export type Written = string | readonly string[] | ReadonlyMap<string, string>

const whole = /^-?(?:0|[1-9]\d{0,99})$/
const decimal = /^-?(?:0|[1-9]\d{0,99})(?:\.\d{1,99})?(?:[eE][+-]?\d{1,3})?$/

/** Types that a text may be of, with what it then stands for; undefined where it can't be of the type. */
const readings: readonly (readonly [type: string, read: (text: string) => Json | undefined])[] = [
  ['boolean', text => (text === 'true' ? true : text === 'false' ? false : undefined)],
  ['integer', text => (whole.test(text) ? Number(text) : undefined)],
  ['number', text => (decimal.test(text) ? Number(text) : undefined)],
]

function typedText(text: string, { types }: Shape): Json {
  for (const [type, read] of readings) {
    const value = types.has(type) ? read(text) : undefined
    if (value !== undefined) return value
  }
  return text
}

const plain: Shape = { types: new Set(), items: undefined, properties: new Map() }

/** What a text stands for where its schema has this shape: a number, true or false where it may be one and looks like one. */
export function typed(written: Written, shape: Shape): Json {
  if (typeof written === 'string') return typedText(written, shape)
  if ('get' in written)
    return Object.fromEntries(
      [...written].map(([name, text]) => [name, typedText(text, shape.properties.get(name) ?? plain)]),
    )
  return written.map(text => typedText(text, shape.items ?? plain))
}

/** All that a text may stand for: typed, and where that makes a difference and texts may be meant, as it is. */
export function candidates(written: Written, shape: Shape): Json[] {
  const first = typed(written, shape)
  const mayBeText = shape.types.has('string') || shape.items?.types.has('string') === true || shape.properties.size > 0
  return mayBeText ? [first, typed(written, plain)] : [first]
}

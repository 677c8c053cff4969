import type { Field } from '../fields/json-fields.ts'

/** Values of one request that are encrypted here, or opened: each takes as long as some thousand bytes that are only read. */
export const requestMost = 256

/** A value that is encrypted, and how: `seal` gives the JSON that takes the place of the JSON that it is given. */
export interface Sealed {
  readonly field: Field
  seal(written: string): Promise<string>
}

/**
 * The text with these values encrypted, everything else as it is. Of values that stand within each other the inner ones are encrypted
 * first: who may open an outer one needs the keys of the inner ones too. Of one value twice the first is the outer.
 */
export async function sealedText(text: string, values: readonly Sealed[]): Promise<string> {
  const left = [...values].sort(({ field: one }, { field: other }) => one.at - other.at || other.to - one.to)
  const part = async (start: number, end: number): Promise<string> => {
    const parts: string[] = []
    let from = start
    for (let next = left[0]; next !== undefined && next.field.to <= end; next = left[0]) {
      left.shift()
      const { at, to } = next.field
      parts.push(text.slice(from, at), await next.seal(await part(at, to)))
      from = to
    }
    return parts.join('') + text.slice(from, end)
  }
  return part(0, text.length)
}

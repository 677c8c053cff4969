import { jsonText } from '@sallyport/core'
import type { ItemForm } from './item-body.ts'

const lineFeed = 0x0a

/** Items of JSON, a line each; empty lines are none (NDJSON, JSON Lines). */
export const jsonLines = (edit: (json: string) => string): ItemForm => ({
  ends: () => ({ isLast: byte => byte === lineFeed }),
  edit(item) {
    const line = jsonText(item)
    return line.trim() === '' ? item : Buffer.from(edit(line))
  },
})

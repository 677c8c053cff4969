import { styleText } from 'node:util'
import type { Ports } from './ports.ts'

export type Style = Parameters<typeof styleText>[0]
export type Paint = (style: Style, text: string) => string

/** Colours where people read, unless they asked for none (no-color.org). */
export function painter({ stdout, env }: Pick<Ports, 'stdout' | 'env'>): Paint {
  if (stdout.isTTY !== true || (env.NO_COLOR ?? '') !== '') return (_, text) => text
  return (style, text) => styleText(style, text, { validateStream: false })
}

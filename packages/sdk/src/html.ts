import { printable } from '@sallyport/contract'

/** Markup that holds no text of others but as text. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string) => printable(text).replace(/[&<>"']/g, found => entities[found] ?? '')

type Gap = string | number | Html | readonly Html[]

function filled(gap: Gap): string {
  if (gap instanceof Html) return gap.markup
  if (typeof gap === 'string' || typeof gap === 'number') return escaped(String(gap))
  return gap.map(({ markup }) => markup).join('')
}

/** A template in whose gaps texts stand as text, whatever they hold; markup only where it was made by this. */
export const html = (texts: TemplateStringsArray, ...gaps: readonly Gap[]): Html =>
  new Html(texts.reduce((made, text, i) => made + filled(gaps[i - 1] ?? '') + text))

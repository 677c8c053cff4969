import { Problem, readParameters, readTarget, readTemplate, type TemplateSegment } from '@sallyport/core/portable'
import { textOf } from './text.ts'

/** A tail holds segments of its own, which slashes part. */
const encoded = (text: string, tail: boolean) =>
  tail ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text)

function segmentOf({ texts, names, tail }: TemplateSegment, paramOf: (name: string) => string): string {
  const values = names.map(paramOf)
  const whole = texts.map((text, i) => text + (values[i] ?? '')).join('')
  const read = tail || names.length === 0 ? values : readParameters({ texts, names, tail }, whole)
  if (read === undefined || read.some((text, i) => text !== values[i]))
    throw new TypeError(`params.${names.join(', ')}: ${JSON.stringify(whole)} would be read as something else`)
  return texts.map((text, i) => encodeURIComponent(text) + encoded(values[i] ?? '', tail)).join('')
}

/** As the server would read it: whatever it would refuse or take for another path isn't sent. */
function requireReadable(path: string): void {
  try {
    readTarget(path)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new TypeError(`params: make no path that a server takes: ${error.shown.detail}`)
  }
}

/** Fills a path template. Throws TypeError where a parameter is missing, or would lead anywhere but to this operation with this value. */
export function pathOf(template: string, params: Readonly<Record<string, unknown>>): string {
  const paramOf = (name: string) => {
    const text = textOf(`params.${name}`, Object.hasOwn(params, name) ? params[name] : undefined)
    if (text === '') throw new TypeError(`params.${name}: is empty`)
    return text
  }
  const { segments } = readTemplate(template)
  const path = `/${segments.map(segment => segmentOf(segment, paramOf)).join('/')}`
  requireReadable(path)
  return path
}

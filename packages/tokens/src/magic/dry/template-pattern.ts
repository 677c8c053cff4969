import { readTemplate, type TemplateSegment } from '@sallyport/core'

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** A literal as it stands in a path that is forwarded: encoded where it can't stand as it is. */
const literal = (text: string) => escaped(text.replace(/[^!-~]|[%/?#]/gu, encodeURIComponent))

function segmentPattern({ texts, tail }: TemplateSegment, parameter: string): string {
  if (tail) return `${parameter}(?:/${parameter})*`
  return texts.map(literal).join(parameter)
}

/** The paths that match a template, as a pattern of the whole path. `parameter` matches what a parameter may hold in one segment. */
export function templatePattern(template: string, parameter: string): string {
  return `/${readTemplate(template)
    .segments.map(segment => segmentPattern(segment, parameter))
    .join('/')}`
}

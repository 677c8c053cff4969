import { Problem } from './problems.ts'
import { readTarget } from './target.ts'

/** One segment of a template: fixed texts (percent-decoded) with parameters between them, so one text more than names. */
export interface TemplateSegment {
  readonly texts: readonly string[]
  readonly names: readonly string[]
  /** `{name*}`: one or more segments; only ever the last one. */
  readonly tail: boolean
}

/** A path template, read: `/items/{id}`, `/report.{format}`, `/files/{path*}`. */
export interface Template {
  readonly text: string
  readonly segments: readonly TemplateSegment[]
  /** The same for two templates that match the same paths: parameter names and ways of encoding left out. */
  readonly shape: string
  /** Some segment has a literal `;`: only there may a path bear matrix parameters. */
  readonly matrix: boolean
}

/** A template that cannot be used, or two that cannot be used together. The message names the template. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  /** Where in the template the faulty segment begins, in UTF-16 units. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/**
 * Reads one template. Literals may be written plain or percent-encoded. Throws TemplateError for what has no one
 * meaning, and for what no request can match because its target would be refused.
 */
export function readTemplate(text: string): Template {
  const fail = (fault: string, offset: number): never => {
    throw new TemplateError(`the path template "${text}" ${fault}`, offset)
  }
  if (!text.startsWith('/')) fail('does not begin with a slash', 0)
  const beyond = text.search(/[?#]/)
  if (beyond !== -1)
    fail('must end before the query or fragment; a selector tells operations of one path apart', beyond)
  const written = text.slice(1).split('/')
  const segments: TemplateSegment[] = []
  const names = new Set<string>()
  let offset = 1
  for (const [index, segment] of written.entries()) {
    const read = readSegment(segment, fault => fail(`${fault} in "${segment}"`, offset))
    if (read.tail && index < written.length - 1) fail(`goes on after the tail "${segment}"`, offset)
    for (const name of read.names) {
      if (names.has(name)) fail(`has two parameters named "${name}"`, offset)
      names.add(name)
    }
    segments.push(read)
    offset += segment.length + 1
  }
  checkReachable(segments, fault => fail(`can match no request: ${fault}`, 0))
  const matrix = segments.some(segment => segment.texts.some(literal => literal.includes(';')))
  return { text, segments, shape: `/${segments.map(shapeOf).join('/')}`, matrix }
}

const parameterName = /^[A-Za-z_][\w.-]*$/

function readSegment(segment: string, fail: (fault: string) => never): TemplateSegment {
  const pieces = segment.split(/\{([^{}]*)\}/)
  const written = pieces.filter((_, index) => index % 2 === 0)
  const named = pieces.filter((_, index) => index % 2 === 1)
  if (written.some(literal => /[{}]/.test(literal))) fail('has a brace without its other half')
  if (segment === '*') fail('has a bare asterisk (a tail is {name*}, an asterisk itself %2A)')
  if (written.slice(1, -1).includes('')) fail('has two parameters with nothing between them')
  const tail = named.some(name => name.endsWith('*'))
  if (tail && pieces.join('') !== named[0]) fail('has a tail beside something else')
  const names = named.map(name => name.replace(/\*$/, ''))
  for (const name of names) if (!parameterName.test(name)) fail(`has the bad parameter name "${name}"`)
  return { texts: written.map(literal => decodeLiteral(literal, fail)), names, tail }
}

function decodeLiteral(literal: string, fail: (fault: string) => never): string {
  try {
    return decodeURIComponent(literal)
  } catch {
    return fail('has a percent sign that begins no UTF-8 character')
  }
}

/** Asks the reader of request targets itself, with `x` for every parameter. */
function checkReachable(segments: readonly TemplateSegment[], fail: (fault: string) => never): void {
  try {
    readTarget(`/${segments.map(segment => segment.texts.map(encodeURIComponent).join('x')).join('/')}`)
  } catch (error) {
    if (error instanceof Problem) fail(error.shown.detail ?? error.reason)
    throw error
  }
}

/** The segment without the names of its parameters, percent-encoded so that texts stay apart. */
export const shapeOf = ({ texts, tail }: TemplateSegment) => texts.map(encodeURIComponent).join(tail ? '{*}' : '{}')

/**
 * What a segment's parameters hold where the text fits, else undefined. A parameter holds at least one character;
 * of several ways to share out the text, the earlier parameters hold as little as they can. Linear in the text.
 */
export function readParameters({ texts, names }: TemplateSegment, text: string): string[] | undefined {
  const prefix = texts[0] ?? ''
  const suffix = texts[names.length] ?? ''
  const end = text.length - suffix.length
  if (end <= prefix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return undefined
  const values: string[] = []
  let start = prefix.length
  for (const separator of texts.slice(1, -1)) {
    const stop = text.indexOf(separator, start + 1)
    if (stop === -1) return undefined
    values.push(text.slice(start, stop))
    start = stop + separator.length
  }
  if (start >= end) return undefined
  values.push(text.slice(start, end))
  return values
}

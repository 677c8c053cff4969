import {
  Composer,
  type Document,
  type ErrorCode,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Mistake } from './mistake.ts'
import { type Place, printable } from './tree.ts'

/** 10 MiB, counted in UTF-8. */
export const maxBytes = 10 * 2 ** 20
/** The parser spends about half a kilobyte a token; formatted JSON of 10 MiB has some 1.5 million. */
const maxTokens = 2_000_000
export const maxDepth = 200
const maxMistakes = 100
/** Each broken escape inside a scalar is an error of its own; a certificate bundle is about 200 KiB. */
const maxScalar = 2 ** 20

const options = {
  version: '1.2',
  schema: 'core',
  strict: true,
  prettyErrors: false,
  logLevel: 'silent',
  // `!!binary`, `!!set` and their like would make values of other kinds.
  resolveKnownTags: false,
  // The library compares every pair of keys; the tree is made with a map.
  uniqueKeys: false,
} as const

/** What the parser made of a file: its root (null for an empty file), how offsets become places, what is wrong. */
export interface ParsedYaml {
  readonly root: ParsedNode | null
  readonly placeAt: (offset: number) => Place
  readonly mistakes: readonly Mistake[]
}

/** Thrown through the library's generators, so that reading ends where a bound is reached. */
class TooMuch extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

/** Parses YAML 1.2 (JSON is part of it) within bounds of size, depth, tokens and errors. Never throws. */
export function parseYaml(text: string, file: string): ParsedYaml {
  const lines = new LineCounter()
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length))
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const mistakeAtOffset = (offset: number, message: string) => ({ ...placeAt(offset), path: '', message })
  if (Buffer.byteLength(text) > maxBytes) {
    return { root: null, placeAt, mistakes: [mistakeAtOffset(0, 'the file is larger than 10 MiB')] }
  }
  try {
    const documents = [...new Composer(options).compose(boundedTokens(text, lines), true, text.length)]
    const problems = documents.flatMap(problemsOf).slice(0, maxMistakes)
    const root = documents[0]?.contents ?? null
    return { root, placeAt, mistakes: problems.map(([offset, message]) => mistakeAtOffset(offset, message)) }
  } catch (error) {
    const [offset, message] =
      error instanceof TooMuch ? [error.offset, error.message] : [0, `cannot be read as YAML: ${String(error)}`]
    return { root: null, placeAt, mistakes: [mistakeAtOffset(offset, message)] }
  }
}

function* boundedTokens(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  let tokens = 0
  const broken: number[] = []
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1
    if (tokens > maxTokens) throw new TooMuch(parser.offset, 'the file has too many parts')
    if (lexeme.length > maxScalar) throw new TooMuch(parser.offset, 'one value is larger than 1 MiB')
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error' || token.type === 'directive') broken.push(token.offset)
      if (broken.length > maxMistakes) throw new TooMuch(broken[0] ?? 0, 'from here on this is not YAML')
      yield token
    }
    if (parser.stack.length > maxDepth) throw new TooMuch(parser.offset, `nested deeper than ${maxDepth} levels`)
  }
  yield* parser.end()
}

type Problem = readonly [offset: number, message: string]

function problemsOf(document: Document.Parsed, index: number): Problem[] {
  if (index > 0) return [[document.range[0], 'a second document begins here; a file holds one']]
  const { explicit, version } = document.directives.yaml
  const wrongVersion: Problem[] =
    explicit && version !== '1.2' ? [[0, `YAML ${version} is not read; write YAML 1.2`]] : []
  return [...wrongVersion, ...[...document.errors, ...document.warnings].map(problemOf)]
}

/** Where the library's own words would help only those who know YAML's grammar. */
const plainWords: Partial<Record<ErrorCode, string>> = {
  TAG_RESOLVE_FAILED: 'tags of this kind are not read; write a plain value',
  BLOCK_AS_IMPLICIT_KEY: 'a second key stands where a value belongs; check the indentation, or put the value in quotes',
  MULTILINE_IMPLICIT_KEY: 'a key runs over several lines; check the indentation',
}

function problemOf(error: YAMLError): Problem {
  const words = plainWords[error.code]
  if (words !== undefined) return [error.pos[0], words]
  const [firstLine = ''] = error.message.split('\n')
  return [error.pos[0], `not well-formed YAML: ${printable(firstLine)}`]
}

/** What a text that came from outside means as a YAML scalar, where that is a number, `true` or `false`. */
export function rereadScalar(text: string): number | boolean | undefined {
  if (!/^[-+.\w]{1,32}$/.test(text)) return undefined
  const value: unknown = parseDocument(text, options).toJS()
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

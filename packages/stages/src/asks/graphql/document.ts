import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  parse,
  Source,
  TokenKind,
} from 'graphql'
import { malformed } from '../members.ts'

const tokensMax = 10_000
/** How deep brackets of any kind stand within each other: whoever reads documents does so by recursion. */
const nestingMax = 100

/** What some reader of GraphQL takes for the end of a line, and so of a comment, or for nothing, and another doesn't. */
const unclear = /\r(?!\n)|[\u0000-\u0008\u000b-\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]/

/** An executable document (GraphQL section 2.3), its definitions by name. */
export interface Document {
  readonly operations: readonly OperationDefinitionNode[]
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/** What ends a block string for readers that know only strings in one pair of quotation marks: what follows would be names for them. */
const unclearInBlock = /["\\]/

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

function requireClear(text: string): void {
  const lexer = new Lexer(new Source(text))
  let depth = 0
  for (let count = 0; lexer.advance().kind !== TokenKind.EOF; count++) {
    if (count >= tokensMax) throw malformed(`the document has more than ${tokensMax} tokens`)
    const { kind, start, end } = lexer.token
    if (kind === TokenKind.BLOCK_STRING && unclearInBlock.test(text.slice(start + 3, end - 3)))
      throw malformed('a block string holds quotation marks or backslashes: send it as a variable')
    if (opening.has(kind)) depth++
    if (closing.has(kind)) depth--
    if (depth > nestingMax) throw malformed(`the document nests more than ${nestingMax} brackets`)
  }
}

function parsed(text: string): DocumentNode {
  try {
    requireClear(text)
    return parse(text, { noLocation: true })
  } catch (error) {
    throw error instanceof GraphQLError ? malformed(error.message.slice(0, 200)) : error
  }
}

/** Reads a document. Throws Problem `body-malformed` for what isn't executable, and for two definitions of one name. */
export function readDocument(text: string): Document {
  if (unclear.test(text))
    throw malformed('the document holds control characters or line separators, or a carriage return alone')
  const operations: OperationDefinitionNode[] = []
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of parsed(text).definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
    else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      const name = definition.name.value
      if (fragments.has(name)) throw malformed(`the fragment ${name} is defined twice`)
      fragments.set(name, definition)
    } else throw malformed('the document defines more than operations and fragments')
  }
  return { operations, fragments }
}

/** The operation that runs (GraphQL section 6.1): the one of that name, or the only one. Throws Problem `body-malformed`. */
export function operationIn({ operations }: Document, name: string | undefined): OperationDefinitionNode {
  const names = operations.map(operation => operation.name?.value)
  if (new Set(names).size < names.length || (names.length > 1 && names.includes(undefined)))
    throw malformed('several operations of the document have one name, or none')
  const found = name === undefined ? operations : operations.filter(operation => operation.name?.value === name)
  const [only, more] = found
  if (only !== undefined && more === undefined) return only
  throw malformed('operationName names no operation of the document, or is missing where there are several')
}

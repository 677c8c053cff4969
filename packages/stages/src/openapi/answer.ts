import { HeaderList, isUtf8, mediaType, type Reply, type Site, type View, type WholeAnswer } from '@sallyport/core'
import { answerType, isJson } from '../bodies/json-body.ts'
import { isBodiless } from '../bodies/whole-answer.ts'
import type { Faults } from '../schemas/faults.ts'
import { below, type OpenApiDocument, type Part, partsOf } from './document.ts'
import { type Contents, contentFor, contentsOf } from './media.ts'
import { describedParameter, type Parameter } from './parameter.ts'
import { Pieces } from './pieces.ts'
import type { LateJudge, SchemaBook } from './schema-book.ts'

/** What a document says of one status's answers. */
interface DescribedAnswer {
  readonly headers: readonly Parameter[]
  /** Undefined for a type whose schema nobody can judge by here, or that has none. */
  readonly contents: Contents<LateJudge | undefined>
}

/** What a document says of an operation's answers, by status: `200`, `2XX`, `default`. */
export type DescribedAnswers = ReadonlyMap<string, DescribedAnswer>

function describedAnswer(written: Part, book: SchemaBook, document: OpenApiDocument): DescribedAnswer {
  const part = document.resolved(written)
  const headers = partsOf(below(part, 'headers')).filter(([name]) => name.toLowerCase() !== 'content-type')
  return {
    headers: headers.map(([name, header]) => {
      const { json, at } = document.resolved(header)
      const required = typeof json === 'object' && json !== null && 'required' in json && json.required === true
      return describedParameter({ json, at }, { place: 'header', name, required }, book, document)
    }),
    contents: contentsOf(part, media => {
      const schema = below(media, 'schema')
      return schema && book.judgeOf(schema)
    }),
  }
}

/** Throws TypeError where an answer can't be judged by. */
export const describedAnswers = (operation: Part, book: SchemaBook, document: OpenApiDocument): DescribedAnswers =>
  new Map(
    partsOf(below(operation, 'responses'))
      .filter(([status]) => !status.startsWith('x-'))
      .map(([status, part]) => [status.toUpperCase(), describedAnswer(part, book, document)]),
  )

const answerFor = (answers: DescribedAnswers, status: number) =>
  answers.get(String(status)) ?? answers.get(`${Math.floor(status / 100)}XX`) ?? answers.get('DEFAULT')

/** What was found, and the answer as it was read for that. */
interface Found {
  readonly faults: Faults | undefined
  readonly reply: Reply
}

async function bodyFaults(answer: DescribedAnswer, reply: Reply, view: View, site: Site): Promise<Found> {
  const type = answerType(reply.headers)
  const judge = contentFor(answer.contents, mediaType(type))
  if (judge !== undefined && isJson(mediaType(type))) {
    if (!isUtf8(type)) return { faults: { '': ['is in another charset than UTF-8'] }, reply }
    const read: WholeAnswer | undefined = await site.answer?.(reply, view)
    const faults = read?.json === undefined ? { '': ['is no strict JSON'] } : await judge(read.json)
    return { faults, reply: read?.reply ?? reply }
  }
  const described = [...answer.contents.keys()].some(key => contentFor(new Map([[key, true]]), mediaType(type)))
  if (described) return { faults: undefined, reply }
  if (answer.contents.size > 0) return { faults: { '': [`has the type ${JSON.stringify(type.slice(0, 100))}`] }, reply }
  const read = await site.answer?.(reply, view)
  const isEmpty = read === undefined || read.reply.body.length === 0
  return { faults: isEmpty ? undefined : { '': ['is a body, and none is described'] }, reply: read?.reply ?? reply }
}

/** What is wrong with an answer by what the document says of its operation. A 304 needs no description: it stands for one that was given. */
export async function judgedAnswer(answers: DescribedAnswers, reply: Reply, view: View, site: Site): Promise<Found> {
  const answer = answerFor(answers, reply.status)
  if (answer === undefined) {
    const faults = reply.status === 304 ? undefined : { '': [`has the status ${reply.status}, which is not described`] }
    return { faults, reply }
  }
  const list = new HeaderList(reply.headers)
  const none = new Pieces([])
  const texts = { path: {}, query: none, cookie: none, header: (name: string) => list.all(name) }
  const found = await Promise.all(answer.headers.map(header => header.judge(texts)))
  const faults: Faults = Object.assign({}, ...found)
  if (Object.keys(faults).length > 0) return { faults, reply }
  return isBodiless(view.call.method, reply.status)
    ? { faults: undefined, reply }
    : bodyFaults(answer, reply, view, site)
}

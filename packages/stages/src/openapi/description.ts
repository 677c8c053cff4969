import type { Json } from '@sallyport/core'
import { type DescribedAnswers, describedAnswers } from './answer.ts'
import { type At, OpenApiDocument, type Part, unfit } from './document.ts'
import { type DescribedRequest, describedRequest } from './request.ts'
import { SchemaBook } from './schema-book.ts'

/** What a document says of one operation. Reading either throws TypeError, with the place, where it can't be judged by. */
export interface DescribedOperation {
  request(): DescribedRequest
  answers(): DescribedAnswers
}

/** An API as its document describes it. */
export interface Description {
  /** `at` is where the operation stands in the document; `pathName` how the path template names a parameter. */
  operation(at: At, pathName: (name: string) => string): DescribedOperation
}

/** An OpenAPI document of which only what is asked for is read; what operations share is read once. */
export function describe(root: Json): Description {
  const document = new OpenApiDocument(root)
  const requests = new SchemaBook(document, 'request')
  const answers = new SchemaBook(document, 'answer')
  const partAt = (at: At): Part => {
    const part = document.at(at)
    if (part === undefined) throw unfit(at, 'is not there')
    return part
  }
  return {
    operation: (at, pathName) => ({
      request: () => describedRequest(partAt(at), requests, document, pathName),
      answers: () => describedAnswers(partAt(at), answers, document),
    }),
  }
}

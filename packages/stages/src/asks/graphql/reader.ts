import type { AskedFor, AskMessage, AskReader } from '@sallyport/core'
import { malformed } from '../members.ts'
import { operationIn, readDocument } from './document.ts'
import { readRequest } from './request.ts'
import { rootsOf } from './roots.ts'

function read(message: AskMessage): AskedFor {
  const { query, operationName } = readRequest(message)
  const document = readDocument(query)
  const operation = operationIn(document, operationName)
  if (message.method !== 'POST' && operation.operation !== 'query') throw malformed('a GET only asks queries')
  return rootsOf(document, operation)
}

/** Calls of a GraphQL server (GraphQL over HTTP): one document each. */
export const graphqlReader: AskReader = { protocol: 'graphql', readsBody: method => method === 'POST', read }

import type { Guard } from '@sallyport/core'
import { z } from 'zod'
import type { Bound } from '../kind.ts'
import type { Judge } from './faults.ts'
import { compileSchema, pinsBy } from './json-schema.ts'

export const schemaFile = z.string().min(1).describe('A JSON Schema (2020-12), in JSON or YAML.')

/** A rule whose JSON Schema stands in a file: how its guard is made of what the schema judges. */
export interface SchemaRule {
  readonly kind: string
  readonly config: unknown
  readonly file: string
  /** Where in the settings the file is named. */
  readonly at: readonly string[]
  make(judge: Judge, rule: string, pins: (pointer: string) => boolean): Guard
}

export const schemaRule = ({ kind, config, file, at, make }: SchemaRule): Bound<Guard> => ({
  kind,
  label: file,
  config,
  create() {
    throw new TypeError('the schema was not read')
  },
  unread: {
    files: [{ at, file, as: 'documents' }],
    bind([read]) {
      const documents = read?.documents ?? new Map()
      const judge = compileSchema(documents)
      return (_, { name }) => make(judge, name, pinsBy(documents))
    },
  },
})

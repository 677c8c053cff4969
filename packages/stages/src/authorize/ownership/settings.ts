import { BadPattern } from '@sallyport/core'
import { readPattern } from '@sallyport/tokens'
import { z } from 'zod'
import { BadJsonPath, readJsonPath } from '../../json-path.ts'

/** What an order does to a thing. `create` of what is the caller's own already is a change of it. */
export const acts = ['create', 'change', 'delete'] as const
export type Act = (typeof acts)[number]

const said = (error: unknown) => (error instanceof Error ? error.message : String(error))

function readable(read: (text: string) => unknown, bad: new (message: string) => Error) {
  return z.string().superRefine((text, context) => {
    try {
      read(text)
    } catch (error) {
      if (!(error instanceof bad)) throw error
      context.addIssue({ code: 'custom', message: said(error) })
    }
  })
}

const jsonPath = readable(readJsonPath, BadJsonPath)
const pattern = readable(readPattern, BadPattern)
/** Parts of a key by name, each with the only form that it may have: two spellings of one thing would be two things here. */
const forms = z
  .record(z.string().min(1), pattern)
  .refine(map => Object.keys(map).length > 0, 'needs a name and its form')
const words = z.array(z.string().min(1)).min(1)

/** What is done stands in a member of each thing: which values of it mean what. */
const named = z
  .strictObject({
    member: z.string().min(1),
    create: words.optional(),
    change: words.optional(),
    delete: words.optional(),
  })
  .refine(({ member: _, ...values }) => {
    const all = Object.values(values).flatMap(list => list ?? [])
    return all.length > 0 && new Set(all).size === all.length
  }, 'needs values for create, change or delete, each of them once')

const rule = z
  .strictObject({
    does: z.union([z.enum(acts), named]),
    /** Parameters of the path template that are part of the key, with their forms. */
    path: forms.optional(),
    /** What a body holds: each thing, and the members that are part of its key with the only form that they may have. */
    body: z
      .strictObject({
        each: jsonPath,
        members: forms,
        /** What must be found in each thing that is created or changed. */
        wants: jsonPath.optional(),
      })
      .optional(),
    /** Where an answer holds the key of what was created. */
    answer: jsonPath.optional(),
    /** By which statuses an answer says that something is new: 201 alone unless told (RFC 9110 section 15.3.2). */
    created: z.array(z.int().min(200).max(299)).min(1).optional(),
    /** How an upstream is asked whether a key is there: by its status, or by a list in its answer. */
    exists: z.strictObject({ get: z.string().startsWith('/'), each: jsonPath.optional() }).optional(),
  })
  .superRefine(({ does, path, body, answer, created, exists }, context) => {
    const wrong = (message: string) => context.addIssue({ code: 'custom', message })
    const creates = does === 'create' || (typeof does === 'object' && does.create !== undefined)
    if (path === undefined && body === undefined && answer === undefined)
      wrong('needs path, body or answer: where the key is')
    if (typeof does === 'object' && body === undefined) wrong('does.member needs body: whose member it is')
    if (answer !== undefined && (does !== 'create' || body !== undefined))
      wrong('answer is for does: create, and without body: such a key is not known before')
    if (created !== undefined && answer === undefined)
      wrong('created needs answer: it is for keys that an answer tells')
    if (creates && answer === undefined && exists === undefined)
      wrong('needs exists: what is there already is nobody to create')
    if (exists?.each !== undefined && body === undefined)
      wrong('exists.each needs body: which members tell things apart')
  })

export type WrittenRule = z.output<typeof rule>

/** Kinds of things, and for each of them the operations that create, change and delete it. */
export const settings = z.record(z.string().min(1), z.record(z.string().min(1), rule))
export type Settings = z.output<typeof settings>

import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { formatMistake, probePorts } from '@sallyport/config'
import {
  type Api,
  type ApiLabels,
  type AuthorizeGuard,
  type CallEvent,
  makeOnce,
  type Policies,
  type PolicyAnswer,
  type Rule,
  type Snapshot,
  type Words,
} from '@sallyport/core'
import type { Issuer, StagePorts } from '@sallyport/stages'
import { readConfiguration } from '../configuration-files.ts'
import { dataFolder } from '../data-folder.ts'
import { Failure } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { parametersOf } from './parameters-of.ts'

/** Policies that stand for one another: those of an operation, or a file for every call. */
export interface Standing {
  /** Of policies that judge alike it is the same. */
  readonly source: string
  answer(event: CallEvent): PolicyAnswer
}

/** One of two sets of policies. Undefined for a call to what isn't there. */
export type Side = (event: CallEvent) => Standing | undefined

const wordsFor = ({ operation = '' }: CallEvent, labels?: ApiLabels): Words => ({
  operations: [operation],
  parameters: parametersOf(operation),
  attributes: {},
  ...(labels && { labels }),
})

/** All must permit: one that refuses is enough, whatever isn't known of others. */
function together(answers: readonly PolicyAnswer[]): PolicyAnswer {
  const refused = answers.find(({ allowed }) => allowed === false)
  if (refused !== undefined) return refused
  const unknown = answers.flatMap(answer => (answer.allowed === undefined ? answer.unknown : []))
  if (unknown.length > 0) return { allowed: undefined, unknown: [...new Set(unknown)] }
  return { allowed: true, by: answers.flatMap(answer => (answer.allowed === undefined ? [] : answer.by)) }
}

const standing = (all: readonly Policies[], labels?: ApiLabels): Standing => ({
  source: JSON.stringify(all.map(({ source }) => source)),
  answer: event => together(all.map(policies => policies.answer(event, wordsFor(event, labels)))),
})

/** What rules of no configuration are made with. */
const nowhere: Snapshot<StagePorts, Issuer> = {
  ...{ hash: '', issuers: {}, outside: [], apis: [] },
  gateway: {
    ...{ url: '', hosts: [], trustedProxies: [], clientAddress: 'forwarded', record: { redact: [] } },
    guessing: { perIp: { count: 1, windowMs: 1 }, perAccount: { count: 1, windowMs: 1 } },
  },
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new Failure(`${file} cannot be read (${String(error.code)})`)
    throw error
  }
}

async function ofPolicies(file: string, zone: string): Promise<Side> {
  const { authorizeKinds } = await import('@sallyport/stages')
  const { unread } = authorizeKinds.policy.settings.parse({ file, zone })
  const content = await textOf(file)
  try {
    const create = await unread?.bind([{ file, content, documents: new Map() }])
    const guard = create?.(await probePorts(nowhere), { owner: file, name: 'policy' })
    const always = standing(guard?.policies === undefined ? [] : [guard.policies])
    return () => always
  } catch (error) {
    throw error instanceof TypeError ? new Failure(error.message) : error
  }
}

const keyOf = (api: string | undefined, operation: string | undefined) => JSON.stringify([api, operation])

/** The policies of each operation, those alone that are enforced. */
function standingsIn(apis: readonly Api<StagePorts>[], ports: StagePorts): ReadonlyMap<string, Standing> {
  const make = makeOnce<StagePorts, AuthorizeGuard>(ports)
  const policiesOf = (rule: Rule<StagePorts, AuthorizeGuard>) => make(rule).policies ?? []
  return new Map(
    apis.flatMap(({ name, labels, operations }) =>
      operations.map(
        ({ id, authorize }) => [keyOf(name, id), standing(authorize.flatMap(policiesOf), labels)] as const,
      ),
    ),
  )
}

async function ofConfiguration(file: string, data: string | undefined, ports: Ports): Promise<Side> {
  const { result } = await readConfiguration([file], dataFolder(data, ports).path, ports)
  if ('mistakes' in result)
    throw new Failure(`${file} does not load:\n${result.mistakes.map(formatMistake).join('\n')}`)
  const standings = standingsIn(result.snapshot.apis, await probePorts(result.snapshot))
  return ({ api, operation }) => standings.get(keyOf(api, operation))
}

interface Reading {
  /** Where the clock hangs that policies of a file alone read. */
  readonly zone: string
  readonly data: string | undefined
}

/** Reads a file of policies, or a configuration with the policies of its operations. Rejects with Failure. */
export function readSide(name: string, { zone, data }: Reading, ports: Ports): Promise<Side> {
  const file = resolve(ports.cwd, name)
  return extname(file) === '.cedar' ? ofPolicies(file, zone) : ofConfiguration(file, data, ports)
}

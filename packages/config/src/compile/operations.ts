import { setImmediate } from 'node:timers/promises'
import type { Api, AskSize, Destination, JsonLimits, Operation, Selector } from '@sallyport/core'
import { nearest, requestLimits } from '@sallyport/core'
import { preflightFor, type StagePorts } from '@sallyport/stages'
import { isDocumentUrl } from '../openapi/ask.ts'
import { type OpenApi, readOpenApi } from '../openapi/read.ts'
import type { Path } from '../read/tree.ts'
import type { WrittenApi } from '../schema/api.ts'
import { compileAsks, withoutBodies } from './asks.ts'
import type { Compilation } from './compilation.ts'
import { DescribedRules } from './described-rules.ts'
import { type Draft, draftsOf, idOf } from './drafts.ts'
import { withFiles } from './files.ts'
import { compileForward } from './forward.ts'
import { Gaps } from './gaps.ts'
import { inherited, type LevelRules, levelRules, namesOf, withLimits } from './levels.ts'
import { securityRules } from './openapi-rules.ts'
import { enforcedOf, enforcedProtect, triedOf } from './tried-rules.ts'

async function documentOf(api: WrittenApi, path: Path, work: Compilation): Promise<OpenApi | undefined> {
  if (api.openapi === undefined) return undefined
  const at = [...path, 'openapi']
  const read = isDocumentUrl(api.openapi) ? await work.ask(at, api.openapi) : await work.read(at, api.openapi)
  if (read === undefined) return undefined
  const document = readOpenApi(read.text, read.file)
  work.mistakes.push(...document.mistakes)
  work.warnings.push(...document.notes)
  return document
}

async function selectorOf(draft: Draft, above: Above, work: Compilation): Promise<Selector | undefined> {
  const { asks: text, written, method, path } = draft
  if (text === undefined) return written.select
  const asks = await compileAsks(text, method, { ...above.graphql, ...written.admit?.graphql }, path, work)
  return asks && { ...written.select, asks }
}

function checkWithout(names: ReadonlySet<string>, without: readonly string[], path: Path, work: Compilation): void {
  for (const [i, name] of without.entries()) {
    if (names.has(name)) continue
    const near = nearest(name, names)
    work.mistake([...path, 'without', i], `no rule ${JSON.stringify(name)} is inherited here`, {
      allowed: [...names],
      ...(near && { nearest: near }),
    })
  }
}

interface Above {
  /** What the gateway and the API come to. */
  readonly level: LevelRules
  readonly maxBody: number
  readonly json: Required<JsonLimits>
  readonly graphql: Partial<AskSize>
  readonly destination: Destination | undefined
  readonly gaps: Gaps
  readonly described: DescribedRules
}

async function compileDraft(draft: Draft, name: string, api: WrittenApi, above: Above, work: Compilation) {
  const id = idOf(draft)
  const owner = `${name} ${id}`
  const documented = levelRules({ authorize: securityRules(draft.documented?.security) }, 'openapi', owner)
  const own = levelRules(await withFiles(draft.written, draft.path, work), 'operation', owner)
  const openapi = { ...documented, authorize: documented.authorize.map(rule => ({ ...rule, name: 'openapi' })) }
  const outer = [above.level, openapi]
  checkWithout(namesOf(outer), own.without, draft.path, work)
  const all = inherited([...outer, own])
  const rules = { ...all, ...enforcedOf(all) }
  const tried = triedOf(all)
  const { forward } = draft.written
  const destination =
    forward === undefined
      ? above.destination
      : { upstream: await compileForward(forward, [...draft.path, 'forward'], work) }
  if (rules.identify === undefined) above.gaps.add('identify', id, draft.path)
  if (rules.authorize.length === 0)
    above.gaps.add(all.authorize.length === 0 ? 'authorize' : 'enforced authorize', id, draft.path)
  if (destination === undefined) above.gaps.add('forward', id, draft.path)
  if (rules.identify === undefined || rules.authorize.length === 0 || destination === undefined) return undefined
  const operation: Operation<StagePorts> = {
    id,
    method: draft.method,
    template: draft.template,
    selector: await selectorOf(draft, above, work),
    admit: rules.admit,
    admitLimit: rules.admitLimit,
    maxBody: rules.maxBody ?? above.maxBody,
    json: withLimits(above.json, own.json),
    identify: rules.identify,
    authorize: rules.authorize,
    limit: rules.limit,
    inspect: above.described.made(rules.inspect, draft.documented, id),
    protect: above.described.made(rules.protect, draft.documented, id),
    ...(tried && {
      tried: {
        authorize: tried.authorize,
        limit: tried.limit,
        inspect: above.described.made(tried.inspect, draft.documented, id),
        protect: above.described.made(tried.protect, draft.documented, id),
      },
    }),
    without: own.without.length === 0 ? api.without : [...new Set([...api.without, ...own.without])],
    destination,
  }
  return { operation, path: draft.path }
}

/** A compiled operation with the place that speaks for it. */
export interface Compiled {
  readonly operation: Operation<StagePorts>
  readonly path: Path
}

/** An API's operations, and what holds for calls that lead to none of them. */
export interface CompiledApi {
  readonly compiled: readonly Compiled[]
  readonly outside: Api<StagePorts>['outside']
  readonly preflight: Api<StagePorts>['preflight']
}

/** A few milliseconds' work: a gateway reads its rules anew while calls are under way. */
const draftsAtOnce = 200

/** The operations of one API with everything that they inherit. */
export async function compileOperations(
  name: string,
  api: WrittenApi,
  gateway: { readonly level: LevelRules; readonly maxBody: number; readonly graphql: Partial<AskSize> },
  work: Compilation,
): Promise<CompiledApi> {
  const path = ['apis', name]
  const document = await documentOf(api, path, work)
  const destination =
    api.forward === undefined ? undefined : { upstream: await compileForward(api.forward, [...path, 'forward'], work) }
  const levels = [gateway.level, levelRules(await withFiles(api, path, work), 'api', name)]
  checkWithout(namesOf([gateway.level]), api.without, path, work)
  const described = new DescribedRules(document?.tree, path, work)
  const upper = inherited(levels)
  const above: Above = {
    level: { ...upper, without: [] },
    maxBody: gateway.maxBody,
    json: withLimits(requestLimits, upper.json),
    graphql: { ...gateway.graphql, ...api.admit?.graphql },
    ...{ destination, described, gaps: new Gaps() },
  }
  const compiled: Compiled[] = []
  for (const [i, draft] of draftsOf(api, document, path, work).entries()) {
    if (i % draftsAtOnce === draftsAtOnce - 1 || described.hasWorked()) await setImmediate()
    const one = await compileDraft(draft, name, api, above, work)
    if (one !== undefined) compiled.push(one)
  }
  above.gaps.report(work)
  const { admit, admitLimit } = upper
  const protect = enforcedProtect(upper.protect)
  return {
    compiled: withoutBodies(compiled),
    outside: protect,
    preflight: preflightFor({ admit, admitLimit, protect }),
  }
}

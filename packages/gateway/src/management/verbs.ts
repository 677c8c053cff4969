import { endpoints, type ImaginedCall, type MintedToken, type TokenKeys, type TokenOrder } from '@sallyport/contract'
import { type Api, Problem, permitText, type Snapshot } from '@sallyport/core'
import {
  explain,
  type Imagined,
  type Issuer,
  policiesIn,
  type RulesInForce,
  rulesTold,
  type StagePorts,
} from '@sallyport/stages'
import { readEvent } from '@sallyport/store/records'
import { BadKey } from '@sallyport/tokens'
import { apiNamed } from './api-named.ts'
import { run, type Served } from './run.ts'

/** The rules that calls are judged by at the moment. */
export interface InForce {
  readonly snapshot: Snapshot<StagePorts, Issuer>
  /** Milliseconds since the epoch. */
  readonly since: number
  /** What the author of the rules was warned of, each with its place. */
  readonly warnings: readonly string[]
}

/** What the verbs need of a running gateway. */
export interface VerbPorts {
  /** The record of a call, a line of JSON. */
  findCall(id: string): Promise<string | undefined>
  /** The records of the last calls, the newest first. */
  lastCalls(count: number): Promise<readonly string[]>
  imagine(call: ImaginedCall): Promise<Imagined>
  inForce(): InForce
  /** The same, with what its guards are made with. */
  rulesInForce(): RulesInForce
  /** How callers reach the gateway, without a trailing slash. */
  reachedAt(): string
  mint(order: TokenOrder): Promise<MintedToken>
  /** Settled when it is on disk. */
  revoke(id: string): Promise<void>
  rotateTokenKeys(alg: 'ES256' | 'RS256'): Promise<TokenKeys>
  /** Throws BadKey where it may not go. */
  retireTokenKey(kid: string): Promise<TokenKeys>
}

/** Every operation with what each stage asks of it. */
function operationsOf({ apis }: Snapshot<StagePorts, Issuer>) {
  return apis.flatMap(({ name, path, operations }) =>
    operations.map(operation => ({
      api: name,
      path,
      operation: operation.id,
      rules: rulesTold(operation),
      ...('upstream' in operation.destination && { upstream: operation.destination.upstream.origin }),
    })),
  )
}

/** How an API is called, and what it has. */
function toldOf({ name, path, preset, operations }: Api<StagePorts>, reachedAt: string) {
  const ids = new Set(operations.map(permitText))
  return { name, url: reachedAt + path, ...(preset !== undefined && { preset }), operations: [...ids] }
}

/** Every verb under its endpoint. */
export function serveVerbs(ports: VerbPorts): readonly Served[] {
  return [
    run(endpoints.getCall, async ({ id }) => {
      const line = await ports.findCall(id)
      const call = line === undefined ? undefined : readEvent(line)
      if (call !== undefined) return { call, explanation: explain(call, ports.rulesInForce()) }
      const detail = 'Only the last calls are remembered; is this the gateway that answered it?'
      throw new Problem('call-unknown', { detail }, `no record of call ${id}`)
    }),
    run(endpoints.listCalls, async ({ last }) => {
      const lines = await ports.lastCalls(last)
      return { calls: lines.map(readEvent).filter(call => call !== undefined) }
    }),
    run(endpoints.explainCall, async call => {
      const { event, request, unknown } = await ports.imagine(call)
      const { status, ...told } = explain(event, ports.rulesInForce())
      const explanation = request === undefined ? { status, ...told } : told
      return { explanation, ...(request && { request }), unknown: [...unknown] }
    }),
    run(endpoints.getSnapshot, () => {
      const { snapshot, since, warnings } = ports.inForce()
      const operations = snapshot.apis.reduce((sum, api) => sum + api.operations.length, 0)
      const when = new Date(since).toISOString()
      return { hash: snapshot.hash, since: when, apis: snapshot.apis.length, operations, warnings: [...warnings] }
    }),
    run(endpoints.getApi, ({ api }) => toldOf(apiNamed(api, ports.inForce().snapshot), ports.reachedAt())),
    run(endpoints.mintToken, order => ports.mint(order)),
    run(endpoints.revokeToken, async ({ id }) => {
      await ports.revoke(id)
      return { id }
    }),
    run(endpoints.rotateTokenKeys, ({ alg }) => ports.rotateTokenKeys(alg)),
    run(endpoints.retireTokenKey, ({ kid }) =>
      ports.retireTokenKey(kid).catch(error => {
        throw error instanceof BadKey
          ? new Problem('input-invalid', { errors: { kid: [`is ${error.message}`] } }, error.message)
          : error
      }),
    ),
    run(endpoints.listPolicies, () => ({ rules: [...policiesIn(ports.rulesInForce())] })),
    run(endpoints.listOperations, () => ({ operations: operationsOf(ports.inForce().snapshot) })),
  ]
}

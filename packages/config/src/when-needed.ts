// What reads, compiles or writes rules loads all guards, which is most of what starting a command would cost: only then.
import type { Snapshot } from '@sallyport/core'
import type { Issuer, StagePorts } from '@sallyport/stages'
import type { Tried } from './compile/trials.ts'
import type { Choices } from './init/write.ts'
import type { Loaded, LoadPorts } from './load.ts'
import type { OpenApi } from './openapi/read.ts'
import type { PresetApi } from './preset/given.ts'
import type { Mistake } from './read/mistake.ts'

/** See `load.ts`. */
export async function loadConfiguration(
  names: readonly string[],
  ports: LoadPorts,
  apis?: readonly PresetApi[],
): Promise<Loaded> {
  const load = await import('./load.ts')
  return load.loadConfiguration(names, ports, apis)
}

/** See `compile/trials.ts`. */
export async function overdueTrials(configuration: Tried, now: number): Promise<readonly Mistake[]> {
  const trials = await import('./compile/trials.ts')
  return trials.overdueTrials(configuration, now)
}

/** See `compile/probe.ts`. */
export async function probePorts(snapshot: Snapshot<StagePorts, Issuer>): Promise<StagePorts> {
  const probe = await import('./compile/probe.ts')
  return probe.probePorts(snapshot.issuers, snapshot.gateway)
}

/** The schema of sallyport.yaml. */
export const configurationSchema = async () => (await import('./schema/configuration.ts')).configuration

/** See `init/write.ts`. */
export async function writeConfiguration(openapi: OpenApi, choices: Choices): Promise<string> {
  const write = await import('./init/write.ts')
  return write.writeConfiguration(openapi, choices)
}

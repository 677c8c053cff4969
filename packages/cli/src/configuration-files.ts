import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Loaded, loadConfiguration, loadPorts, openVault } from '@sallyport/config'
import type { Options } from './frame/command.ts'
import { Failure } from './frame/failure.ts'
import type { Ports } from './frame/ports.ts'

const usual = 'sallyport.yaml'

/** The option that names the configuration. */
export const configOption = {
  config: {
    type: 'string',
    short: 'c',
    multiple: true,
    value: 'FILE',
    help: `configuration; later ones win (${usual})`,
  },
} as const satisfies Options

/** The files that `-c` names, else sallyport.yaml of this folder. Throws Failure where there is none. */
export function configurationFiles(named: readonly string[] | undefined, cwd: string): string[] {
  if (named !== undefined && named.length > 0) return named.map(file => resolve(cwd, file))
  const file = join(cwd, usual)
  if (existsSync(file)) return [file]
  throw new Failure(
    `there is no ${usual} in ${cwd}; name one with -c FILE, or write one with: sallyport init --openapi FILE --upstream URL`,
  )
}

/** Reads a configuration without starting anything. */
export async function readConfiguration(files: readonly string[], data: string, ports: Ports): Promise<Loaded> {
  const vault = await openVault(data, ports.clock, ports.random)
  return loadConfiguration(files, loadPorts(ports.env, vault, { keys: [] }))
}

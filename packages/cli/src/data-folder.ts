import { join, resolve } from 'node:path'
import type { Options } from './frame/command.ts'
import type { Ports } from './frame/ports.ts'

/** The option that names the folder in which a gateway keeps what outlives it. */
export const dataOption = {
  data: { type: 'string', value: 'DIR', help: 'the data folder of the gateway, or application (.sallyport)' },
} as const satisfies Options

/** What stands in the folder. */
export interface DataFolder {
  readonly path: string
  /** Management's unix socket. */
  readonly socket: string
  readonly operatorKey: string
  /** The ring of records. */
  readonly calls: string
}

/** `--data`, or `.sallyport` where the command runs. */
export function dataFolder(given: string | undefined, ports: Pick<Ports, 'cwd'>): DataFolder {
  const path = resolve(ports.cwd, given ?? '.sallyport')
  return {
    path,
    socket: join(path, 'management.sock'),
    operatorKey: join(path, 'operator.key'),
    calls: join(path, 'calls'),
  }
}

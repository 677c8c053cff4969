import { resolve } from 'node:path'
import type { Section } from '../entries-file.ts'
import type { Options } from '../frame/command.ts'
import type { Ports } from '../frame/ports.ts'

/** The file of users that a configuration names under `users`. */
export const usersFileOption = {
  file: { type: 'string', value: 'FILE', help: 'the users file that users names (./users.yaml)' },
} as const satisfies Options

export const usersSection: Section = {
  name: 'users',
  heading: 'Users with hashes of their passwords, written by `sallyport user`.',
}

export const usersFile = (given: string | undefined, ports: Pick<Ports, 'cwd'>) =>
  resolve(ports.cwd, given ?? 'users.yaml')

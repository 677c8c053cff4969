import { Secret } from '@sallyport/core'
import { hashPassword } from '@sallyport/tokens'
import { editEntries } from '../entries-file.ts'
import { command } from '../frame/command.ts'
import { Failure } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { readSecret } from '../frame/secret-argument.ts'
import { readRoles, readScopes, readUserName, rightsOptions } from '../rights.ts'
import { usersFile, usersFileOption, usersSection } from './file.ts'

/** NIST SP 800-63B section 3.1.1.2 bears nothing shorter. */
const shortest = 8
const longest = 1024
const madeBytes = 18

async function givenPassword(argument: string, ports: Ports): Promise<Secret> {
  const password = await readSecret(argument, 'the password', ports)
  const { length } = [...password.reveal()]
  if (length < shortest) throw new Failure(`a password has at least ${shortest} characters`)
  if (length > longest) throw new Failure(`a password has at most ${longest} characters`)
  return password
}

const madePassword = (ports: Ports) => new Secret(Buffer.from(ports.random(madeBytes)).toString('base64url'))

export const userCreate = command({
  name: 'user create',
  usage: 'NAME',
  takesWords: true,
  summary: 'make a user who signs in with name and password',
  details: 'Without --password one is made and printed once. The file keeps an argon2id hash.',
  options: {
    password: { type: 'string', value: '-|@FILE|env:NAME', help: 'where the password is read' },
    ...rightsOptions,
    ...usersFileOption,
  },
  examples: [
    ['user create alice --roles clerk', 'a user with a password that nobody can guess'],
    ['user create bob --password - --scopes list_items < password.txt', 'one with a password of their own'],
  ],
  async run({ values, positionals, ports }) {
    const name = readUserName(positionals)
    const rights = { scopes: readScopes(values.scopes), roles: readRoles(values.roles) }
    const given = values.password === undefined ? undefined : await givenPassword(values.password, ports)
    const password = given ?? madePassword(ports)
    const hash = await hashPassword(password, ports.random)
    const created = new Date(ports.clock.now()).toISOString()
    const file = usersFile(values.file, ports)
    await editEntries(file, usersSection, entries => {
      if (entries.has(name)) throw new Failure(`there is a user ${name} already`)
      entries.set(name, { password: hash, created, ...rights })
    })
    const shown = given === undefined ? { password: password.reveal() } : {}
    if (values.json === true) {
      ports.stdout.write(`${JSON.stringify({ name, created, ...rights, ...shown, file })}\n`)
      return 0
    }
    if (given === undefined) ports.stdout.write(`${password.reveal()}\n`)
    const told = given === undefined ? ' The password is shown this once.' : ''
    ports.stderr.write(`The user ${name} stands in ${file}.${told}\n`)
    return 0
  },
})

import { editEntries } from '../entries-file.ts'
import { command } from '../frame/command.ts'
import { readUserName } from '../rights.ts'
import { usersFile, usersFileOption, usersSection } from './file.ts'

export const userDelete = command({
  name: 'user delete',
  usage: 'NAME',
  takesWords: true,
  summary: 'remove a user',
  details: 'A running gateway refuses the password within a second.',
  options: usersFileOption,
  examples: [['user delete bob', 'bob can sign in no more']],
  async run({ values, positionals, ports }) {
    const name = readUserName(positionals)
    await editEntries(usersFile(values.file, ports), usersSection, entries => {
      entries.require(name, 'user')
      entries.delete(name)
    })
    ports.stdout.write(values.json === true ? `${JSON.stringify({ deleted: name })}\n` : `The user ${name} is gone.\n`)
    return 0
  },
})

import { printable } from '@sallyport/contract'
import { type Entry, readEntriesOf } from '../entries-file.ts'
import { columns } from '../frame/columns.ts'
import { command } from '../frame/command.ts'
import { usersFile, usersFileOption, usersSection } from './file.ts'

const text = (value: Entry[string]) => printable(value === undefined ? '' : [value].flat().join(','))
const heads = ['name', 'scopes', 'roles', 'created']

/** What may be shown of a user: all but the password's hash. */
function shownUser(name: string, { password: _, ...entry }: Entry): Entry {
  return { name, ...entry }
}

export const userList = command({
  name: 'user list',
  usage: '',
  summary: 'list users and their rights',
  options: usersFileOption,
  examples: [['user list', 'who may sign in, with which rights']],
  async run({ values, ports }) {
    const entries = await readEntriesOf(usersFile(values.file, ports), usersSection)
    const users = entries.names().map(name => shownUser(name, entries.get(name)))
    if (values.json === true) ports.stdout.write(`${JSON.stringify(users)}\n`)
    else if (users.length === 0) ports.stderr.write('There are no users yet: `sallyport user create NAME` makes one.\n')
    else ports.stdout.write(`${columns([heads, ...users.map(user => heads.map(head => text(user[head])))])}\n`)
    return 0
  },
})

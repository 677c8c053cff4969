import { printable } from '@sallyport/contract'
import { type Entry, readEntriesOf } from '../entries-file.ts'
import { columns } from '../frame/columns.ts'
import { command } from '../frame/command.ts'
import { keysFile, keysFileOption, keysSection, shownKey } from './file.ts'

const text = (value: Entry[string]) => printable(value === undefined ? '' : [value].flat().join(','))
const heads = ['name', 'id', 'application', 'scopes', 'roles', 'expires', 'ips', 'referers']

export const keyList = command({
  name: 'key list',
  usage: '',
  summary: 'list API keys, without what is secret of them',
  options: keysFileOption,
  examples: [
    ['key list', 'who has a key, for what, until when'],
    ['key list --json', 'the same for programs'],
  ],
  async run({ values, ports }) {
    const entries = await readEntriesOf(keysFile(values.file, ports), keysSection)
    const keys = entries.names().map(name => shownKey(name, entries.get(name)))
    if (values.json === true) ports.stdout.write(`${JSON.stringify(keys)}\n`)
    else if (keys.length === 0) ports.stderr.write('There are no keys yet: `sallyport key create NAME` makes one.\n')
    else ports.stdout.write(`${columns([heads, ...keys.map(key => heads.map(head => text(key[head])))])}\n`)
    return 0
  },
})

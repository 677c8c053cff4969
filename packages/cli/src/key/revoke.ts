import { editEntries } from '../entries-file.ts'
import { command } from '../frame/command.ts'
import { readKeyName } from '../rights.ts'
import { keysFile, keysFileOption, keysSection } from './file.ts'

export const keyRevoke = command({
  name: 'key revoke',
  usage: 'NAME',
  takesWords: true,
  summary: 'end an API key',
  details: 'A running gateway refuses the key within a second.',
  options: keysFileOption,
  examples: [['key revoke shop', 'calls with the key of the shop are refused from now on']],
  async run({ values, positionals, ports }) {
    const name = readKeyName(positionals)
    const file = keysFile(values.file, ports)
    await editEntries(file, keysSection, entries => {
      entries.require(name, 'key')
      entries.delete(name)
    })
    ports.stdout.write(values.json === true ? `${JSON.stringify({ revoked: name })}\n` : `The key ${name} has ended.\n`)
    return 0
  },
})

import { newApiKey } from '@sallyport/tokens'
import { editEntries } from '../entries-file.ts'
import { command } from '../frame/command.ts'
import { readExpiry, readKeyName } from '../rights.ts'
import { keysFile, keysFileOption, keysSection, shownKey } from './file.ts'

export const keyRotate = command({
  name: 'key rotate',
  usage: 'NAME',
  takesWords: true,
  summary: 'replace an API key by a new one with the same rights',
  details: 'The old key ends at once. Its scopes, roles, bounds and expiry go over to the new one.',
  options: {
    expires: { type: 'string', value: '30d', help: 'how long the new key is good (until the old one would have been)' },
    ...keysFileOption,
  },
  examples: [['key rotate shop --expires 90d', 'a new key for the shop; the old one is refused from now on']],
  async run({ values, positionals, ports }) {
    const name = readKeyName(positionals)
    const { id, key, hash } = newApiKey(ports.random)
    const now = ports.clock.now()
    const expires = values.expires === undefined ? undefined : readExpiry(values.expires, now)
    const file = keysFile(values.file, ports)
    const entry = await editEntries(file, keysSection, entries => {
      entries.require(name, 'key')
      entries.set(name, { id, hash, created: new Date(now).toISOString(), expires })
      return entries.get(name)
    })
    if (values.json === true) {
      ports.stdout.write(`${JSON.stringify({ ...shownKey(name, entry), key: key.reveal(), file })}\n`)
      return 0
    }
    ports.stdout.write(`${key.reveal()}\n`)
    const over = typeof entry.expires === 'string' && Date.parse(entry.expires) <= now
    ports.stderr.write(`This is the new key ${name}; it is shown this once. The old one has ended.\n`)
    if (over) ports.stderr.write(`It has expired already, at ${entry.expires}: rotate it with --expires.\n`)
    return 0
  },
})

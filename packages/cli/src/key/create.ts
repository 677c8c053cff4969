import { newApiKey } from '@sallyport/tokens'
import { editEntries } from '../entries-file.ts'
import { command } from '../frame/command.ts'
import { Failure } from '../frame/failure.ts'
import {
  readApplication,
  readExpiry,
  readKeyName,
  readRanges,
  readReferers,
  readRoles,
  readScopes,
  rightsOptions,
} from '../rights.ts'
import { keysFile, keysFileOption, keysSection, shownKey } from './file.ts'

export const keyCreate = command({
  name: 'key create',
  usage: 'NAME',
  takesWords: true,
  summary: 'make an API key',
  details: 'Prints the key once; the file keeps only its hash. A running gateway takes the file up within a second.',
  options: {
    ...rightsOptions,
    application: { type: 'string', value: 'NAME', help: 'the application that calls with it (the name of the key)' },
    expires: { type: 'string', value: '30d', help: 'how long it is good, or until when' },
    ip: { type: 'string', value: 'RANGE', multiple: true, help: 'from where alone it may be used' },
    referer: { type: 'string', value: 'PATTERN', multiple: true, help: 'from which pages alone it may be used' },
    ...keysFileOption,
  },
  examples: [
    ['key create shop --scopes list_items,order_item --expires 90d', 'a key for the shop, good for 90 days'],
    ['key create backup --roles reader --ip 10.0.0.0/8', 'one that is good inside the network only'],
  ],
  async run({ values, positionals, ports }) {
    const name = readKeyName(positionals)
    const { id, key, hash } = newApiKey(ports.random)
    const now = ports.clock.now()
    const entry = {
      ...{ id, hash, application: readApplication(values.application ?? name) },
      created: new Date(now).toISOString(),
      expires: values.expires === undefined ? undefined : readExpiry(values.expires, now),
      scopes: readScopes(values.scopes),
      roles: readRoles(values.roles),
      ips: readRanges(values.ip ?? []),
      referers: readReferers(values.referer ?? []),
    }
    const file = keysFile(values.file, ports)
    await editEntries(file, keysSection, entries => {
      if (entries.has(name)) throw new Failure(`there is a key ${name} already: \`key rotate ${name}\` replaces it`)
      entries.set(name, entry)
    })
    if (values.json === true) {
      ports.stdout.write(`${JSON.stringify({ ...shownKey(name, entry), key: key.reveal(), file })}\n`)
      return 0
    }
    ports.stdout.write(`${key.reveal()}\n`)
    ports.stderr.write(`This is the key ${name}; it is shown this once. ${file} keeps its hash.\n`)
    return 0
  },
})

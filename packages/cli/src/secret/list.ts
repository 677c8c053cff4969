import { dataOption } from '../data-folder.ts'
import { columns } from '../frame/columns.ts'
import { command } from '../frame/command.ts'
import { openVault } from './vault.ts'

export const secretList = command({
  name: 'secret list',
  usage: '',
  summary: 'list the names of stored secrets, never their values',
  options: dataOption,
  examples: [['secret list', 'which secrets there are, in which versions']],
  async run({ values, ports }) {
    const listed = await (await openVault(values.data, ports)).list()
    const secrets = listed.map(({ createdAt, ...told }) => ({ ...told, created: new Date(createdAt).toISOString() }))
    const rows = secrets.map(({ name, versions, created }) => [name, versions.join(','), created])
    if (values.json === true) ports.stdout.write(`${JSON.stringify(secrets)}\n`)
    else if (secrets.length === 0)
      ports.stderr.write('There are no secrets yet: `sallyport secret set NAME` stores one.\n')
    else ports.stdout.write(`${columns([['name', 'versions', 'created'], ...rows])}\n`)
    return 0
  },
})

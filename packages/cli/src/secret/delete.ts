import { dataOption } from '../data-folder.ts'
import { command } from '../frame/command.ts'
import { Failure } from '../frame/failure.ts'
import { onlySecretName, openVault } from './vault.ts'

export const secretDelete = command({
  name: 'secret delete',
  usage: 'NAME',
  takesWords: true,
  summary: 'remove a secret, all versions of it',
  options: dataOption,
  examples: [['secret delete github-token', 'a configuration that still names it loads no more']],
  async run({ values, positionals, ports }) {
    const name = onlySecretName(positionals)
    const vault = await openVault(values.data, ports)
    if (!(await vault.delete(name))) throw new Failure(`there is no secret ${name}`)
    ports.stdout.write(
      values.json === true ? `${JSON.stringify({ deleted: name })}\n` : `The secret ${name} is gone.\n`,
    )
    return 0
  },
})

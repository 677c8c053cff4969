import { dataOption } from '../data-folder.ts'
import { command } from '../frame/command.ts'
import { readSecret } from '../frame/secret-argument.ts'
import { onlySecretName, openVault } from './vault.ts'

export const secretSet = command({
  name: 'secret set',
  usage: 'NAME < VALUE',
  takesWords: true,
  summary: 'store a secret, sealed',
  details: 'A configuration names it ${secret:NAME}. One newline at the end of the value is no part of it.',
  options: {
    value: { type: 'string', value: '-|@FILE|env:NAME', help: 'where the value is read (standard input)' },
    ...dataOption,
  },
  examples: [
    ['secret set github-token < token.txt', 'store what stands in a file'],
    ['secret set github-token --value env:GITHUB_TOKEN', 'store what the environment holds'],
  ],
  async run({ values, positionals, ports }) {
    const name = onlySecretName(positionals)
    const value = await readSecret(values.value ?? '-', 'the value', ports)
    const vault = await openVault(values.data, ports)
    const version = await vault.set(name, value)
    const told = `Stored ${name}, version ${version}. A configuration names it \${secret:${name}}.`
    ports.stdout.write(values.json === true ? `${JSON.stringify({ name, version })}\n` : `${told}\n`)
    return 0
  },
})

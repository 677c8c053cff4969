import { endpoints } from '@sallyport/contract'
import { command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import { managementClient, managementOptions } from '../management.ts'

function algIn(text: string): 'ES256' | 'RS256' {
  if (text === 'ES256' || text === 'RS256') return text
  throw new Misuse(`--alg needs ES256 or RS256, not ${text}`)
}

export const tokenRotate = command({
  name: 'token rotate',
  usage: '[--alg RS256]',
  summary: 'new keys for magic tokens; those that were made stay good',
  details: 'Prints the names of all keys, the newest last. `token retire` takes an earlier one out.',
  options: {
    alg: { type: 'string', value: 'ES256|RS256', help: 'what the new key signs by (ES256)' },
    ...managementOptions,
  },
  examples: [['token rotate', 'from now on tokens are made with new keys']],
  async run({ values, ports }) {
    const alg = algIn(values.alg ?? 'ES256')
    const client = await managementClient(values, ports)
    const keys = await client.call(endpoints.rotateTokenKeys, { alg })
    const told = [...keys.signing.map(kid => `signing ${kid}`), ...keys.sealing.map(kid => `sealing ${kid}`)]
    ports.stdout.write(values.json === true ? `${JSON.stringify(keys)}\n` : `${told.join('\n')}\n`)
    return 0
  },
})

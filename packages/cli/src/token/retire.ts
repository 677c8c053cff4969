import { endpoints } from '@sallyport/contract'
import { command } from '../frame/command.ts'
import { Misuse } from '../frame/failure.ts'
import { managementClient, managementOptions } from '../management.ts'

export const tokenRetire = command({
  name: 'token retire',
  usage: 'KID',
  takesWords: true,
  summary: 'take an earlier key of magic tokens out: its tokens are good no more',
  details: 'KID is what `token rotate` prints. The newest key of each kind stays, for it makes tokens.',
  options: managementOptions,
  examples: [
    ['token retire kXhq2nQ0t8tT6Vf5lS1f3W3Rr9AkXhq2nQ0t8tT6Vf5', 'end every token that this key signed or sealed'],
  ],
  async run({ values, positionals, ports }) {
    const [kid, ...others] = positionals
    if (kid === undefined || others.length > 0) throw new Misuse('needs one KID')
    const client = await managementClient(values, ports)
    const keys = await client.call(endpoints.retireTokenKey, { kid })
    ports.stdout.write(values.json === true ? `${JSON.stringify(keys)}\n` : `Retired ${kid}.\n`)
    return 0
  },
})

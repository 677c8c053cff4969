// @ts-nocheck: its package stands in tests/clients/node_modules, which only tests of real clients install.
// Verdaccio on a port from the system, everything that it keeps in the folder that is its argument. Says its port.
import { join } from 'node:path'
import { runServer } from 'verdaccio'

const [folder] = process.argv.slice(2)
const members = { access: '$authenticated', publish: '$authenticated' }

const server = await runServer({
  configPath: join(folder, 'registry.yaml'),
  self_path: folder,
  storage: join(folder, 'storage'),
  auth: { htpasswd: { file: join(folder, 'htpasswd') } },
  uplinks: {},
  packages: { '@*/*': members, '**': members },
  log: { type: 'file', path: join(folder, 'registry.log'), level: 'http' },
  web: { enable: false },
})
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`))

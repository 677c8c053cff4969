import { randomBytes } from 'node:crypto'
import { serve } from '@sallyport/sdk'
import { accountsApp } from './app.ts'
import { openAccounts } from './store.ts'

const { JWT_SECRET_KEY: secret, PORT: port = '8000' } = process.env
if (secret === undefined) {
  const made = randomBytes(32).toString('base64')
  console.error(`JWT_SECRET_KEY is not set: it signs the tokens. For a try: JWT_SECRET_KEY=${made} npm run accounts`)
  process.exit(2)
}

const { url, close } = await serve(await accountsApp({ accounts: openAccounts(':memory:'), secret }), {
  port: Number(port),
})
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void close().then(() => process.exit(0)))

console.log(`Accounts on ${url}. Try, in another terminal:

  Register
    curl ${url}/register --json '{"username":"ann","password":"correct horse"}'

  Log in
    curl ${url}/login --json '{"username":"ann","password":"correct horse"}'

  Show what only who is logged in sees
    curl ${url}/protected -H "Authorization: Bearer $TOKEN"

Ctrl-C stops it.`)

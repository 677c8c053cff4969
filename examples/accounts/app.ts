import {
  type App,
  anonymous,
  answer,
  anyone,
  api,
  app,
  createToken,
  hashPassword,
  jwt,
  logins,
  type Rules,
} from '@sallyport/sdk'
import { z } from 'zod'
import { refusal } from './errors.ts'
import type { Accounts } from './store.ts'

const message = z.object({ msg: z.string() })

/** An object of these members and no other; one more is told where it stands. */
const only = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape).superRefine((value, context) => {
    for (const name of Object.keys(value))
      if (!Object.hasOwn(shape, name)) context.addIssue({ code: 'custom', path: [name], message: 'Unknown field.' })
  })

const credentials = only({ username: z.string().min(1).max(100), password: z.string().min(6).max(200) })

export interface Setting {
  readonly accounts: Accounts
  /** Signs the tokens. There is none by default. */
  readonly secret: string
  readonly clock?: { now(): number; elapsed(): number }
  readonly record?: (event: object) => void
}

/** Registers accounts, logs them in, and shows a page to who is logged in. */
export function accountsApp({ accounts, secret, ...world }: Setting): Promise<App> {
  const passwords = logins({ find: name => accounts.passwordHashOf(name) })
  const open: Rules = { identify: anonymous, authorize: anyone }
  const register = api(
    'POST /register',
    { ...open, body: credentials, response: message, status: 201, responses: { 400: message } },
    async ({ body }) =>
      accounts.add(body.username, await hashPassword(body.password))
        ? { msg: 'User registered successfully' }
        : answer(400, { msg: 'User already exists' }),
  )
  const login = api(
    'POST /login',
    {
      ...open,
      limit: { logins: { allow: '5/minute', per: 'ip' } },
      body: credentials,
      response: z.object({ access_token: z.string() }),
      responses: { 401: message },
    },
    async ({ body, ...call }) => {
      const isGood = await passwords.verify(body.username, body.password, call)
      if (!isGood) return answer(401, { msg: 'Bad username or password' })
      const now = world.clock?.now() ?? Date.now()
      return { access_token: createToken({ sub: body.username }, { secret, now }) }
    },
  )
  const protectedPage = api(
    'GET /protected',
    { identify: jwt({ secret }), authorize: anyone, response: message },
    () => ({ msg: 'This is a protected route' }),
  )
  return app({
    name: 'accounts',
    operations: [register, login, protectedPage],
    protect: { securityHeaders: true },
    errors: { render: refusal },
    ...world,
  })
}

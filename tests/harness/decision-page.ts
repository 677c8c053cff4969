import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blocksOf, pageAt } from '../house/markdown.ts'
import { startBackend } from './backend.ts'
import { startGateway } from './gateway.ts'
import type { Lifetime } from './lifetime.ts'
import { forTests } from './page-example.ts'
import { testIssuer } from './tokens.ts'

const blocks = blocksOf(pageAt('docs/decisions.md'))

/** The first block of docs/decisions.md in a language that holds a text. */
export function blockWith(language: string, text: string): string {
  const found = blocks.find(block => block.language === language && block.text.includes(text))
  if (found === undefined) throw new Error(`docs/decisions.md has no ${language} with ${text}`)
  return found.text
}

export const doorSecrets = {
  ENVOY_DOOR_SECRET: 'Ry3vK8qTz1LwBn6XgPd0HsJc5MfAeUo9YiVt2Zk7NbQ',
  AUTHZEN_DOOR_SECRET: 'mW4pXc9LrT0vZs7JdKq2HbYf6GnEaUo8QiRt1Vk5PzN',
} as const

interface More {
  readonly files?: Readonly<Record<string, string>>
  /** What is to be otherwise. */
  readonly edit?: (yaml: string) => string
}

/** The gateway of the page's section on being asked; `operations` are written below those of its API, `issuers` below its own. */
export async function startAsked(t: Lifetime, operations = '', issuers = '', more: More = {}) {
  const [backend, issuer] = [await startBackend(t), await testIssuer()]
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-door-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const socket = join(folder, 'nginx.sock')
  const { edit = yaml => yaml } = more
  const yaml = forTests(edit(blockWith('yaml', 'unix:/run/sallyport/nginx.sock')), backend.url)
    .replace('/run/sallyport/nginx.sock', socket)
    .replace(/:910\d/g, ':0')
    .replace('\napis:', `${issuers}\napis:`)
    .concat(operations)
  const files = { 'jwks.json': issuer.jwks, ...more.files }
  const gateway = await startGateway(t, yaml, { files, env: doorSecrets })
  return { backend, issuer, gateway, socket, yaml }
}

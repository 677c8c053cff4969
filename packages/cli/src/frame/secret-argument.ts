import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Secret } from '@sallyport/core'
import { Failure, Misuse } from './failure.ts'
import type { Ports } from './ports.ts'

const bytesMax = 2 ** 20

async function readInput(stdin: Ports['stdin']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > bytesMax) throw new Failure(`a secret has at most ${bytesMax} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function readNamed(path: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8')
  } catch {
    throw new Failure(`${path} cannot be read`)
  }
}

function inEnvironment(name: string, env: Ports['env']): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value === undefined) throw new Failure(`the environment has no ${name}`)
  return value
}

/** What editors and `echo` put at the end is no part of a secret. */
const withoutNewline = (text: string) => text.replace(/\r?\n$/, '')

/**
 * A secret that a command was given: `-` reads standard input, `@FILE` a file, `env:NAME` the environment. A secret itself is
 * never taken: other users of the machine see command lines, and shells keep them.
 */
export async function readSecret(argument: string, what: string, ports: Ports): Promise<Secret> {
  const text = await textOf(argument, what, ports)
  if (text === '') throw new Failure(`${what} is empty`)
  return new Secret(text)
}

async function textOf(argument: string, what: string, ports: Ports): Promise<string> {
  if (argument === '-') {
    if (ports.stdin.isTTY === true) ports.stderr.write(`Type ${what}, then Enter and Ctrl-D:\n`)
    return withoutNewline(await readInput(ports.stdin))
  }
  if (argument.startsWith('@')) return withoutNewline(await readNamed(argument.slice(1), ports.cwd))
  if (argument.startsWith('env:')) return inEnvironment(argument.slice(4), ports.env)
  throw new Misuse(`${what} is taken as - (standard input), @FILE or env:NAME only, so that nobody sees it`)
}

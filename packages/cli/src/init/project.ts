import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Failure, Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { projectFiles } from './files.ts'

const told = (name: string) => `${name}: an API of two operations, with its tests. Next:
  cd ${name}
  npm install
  npm run secret   a new secret for tokens, in .env
  npm start
  npm test\n`

/** Names that npm takes without a scope, and that every system takes for a folder. */
const goodName = /^[a-z0-9][a-z0-9-]{0,99}$/

function requireName(name: string): void {
  if (!goodName.test(name)) throw new Misuse('--sdk needs a name of small letters, digits and -, such as shop')
  if (isBuiltin(name) || name === 'node') throw new Misuse(`--sdk: ${name} is what Node calls something of its own`)
}

async function newFolder(folder: string, name: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new Failure(there ? `${name} is there already: move it away, or take another name` : `${name} cannot be made`)
  }
}

export interface ProjectOptions {
  /** The file of a packed SDK; npm's registry has it where none is given. */
  readonly from: string | undefined
  readonly json: boolean
}

/** Where npm finds the framework from a folder. Throws Failure where there is no such file. */
function sdkFor(folder: string, from: string | undefined, { cwd, version }: Ports): string {
  if (from === undefined) return version
  const file = resolve(cwd, from)
  if (!existsSync(file)) throw new Failure(`${from} cannot be read`)
  return `file:${relative(folder, file).split(sep).join('/')}`
}

/** Writes a project of the framework into a new folder. */
export async function writeProject(name: string, { from, json }: ProjectOptions, ports: Ports): Promise<void> {
  requireName(name)
  const folder = resolve(ports.cwd, name)
  const files = await projectFiles(name, sdkFor(folder, from, ports))
  await newFolder(folder, name)
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text, { flag: 'wx' })
  }
  ports.stdout.write(json ? `${JSON.stringify({ folder: name, files: [...files.keys()].sort() })}\n` : told(name))
}

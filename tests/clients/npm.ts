import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { folderWith, type Ran } from '../harness/command.ts'
import type { Lifetime } from '../harness/lifetime.ts'

const execute = promisify(execFile)

export interface Npm {
  /** Where it works; packages are installed here. */
  readonly folder: string
  /** Runs npm with these arguments, to its end. */
  run(args: readonly string[], cwd?: string): Promise<Ran>
  /** Publishes a package of that name with one file, `index.js`. */
  publish(name: string): Promise<Ran>
}

/**
 * The machine's npm in a folder of its own, nothing shared with its user: one registry, which it shows one token. The registry's URL
 * ends with a slash, else npm doesn't find the token where it publishes.
 */
export async function npmWith(t: Lifetime, registry: string, token: string): Promise<Npm> {
  const { host, pathname } = new URL(registry)
  const npmrc = `registry=${registry}\n//${host}${pathname}:_authToken=${token}\naudit=false\nfund=false\n`
  const folder = await folderWith(t, { '.npmrc': npmrc, 'package.json': '{ "private": true }\n' })
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_userconfig: join(folder, '.npmrc'),
    npm_config_globalconfig: join(folder, 'no-global-npmrc'),
    npm_config_cache: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
  }
  async function run(args: readonly string[], cwd = folder): Promise<Ran> {
    try {
      const { stdout, stderr } = await execute('npm', args, { cwd, env })
      return { status: 0, out: stdout, err: stderr }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error
      return { status: Number(error.code), out: String(error.stdout), err: String(error.stderr) }
    }
  }
  return {
    folder,
    run,
    async publish(name) {
      const source = join(folder, 'sources', name)
      await mkdir(source, { recursive: true })
      await writeFile(join(source, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
      await writeFile(join(source, 'index.js'), `module.exports = ${JSON.stringify(name)}\n`)
      return run(['publish', source], dirname(source))
    },
  }
}

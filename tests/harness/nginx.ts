import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Lifetime } from './lifetime.ts'
import { freePort } from './redis.ts'

const program = '/usr/sbin/nginx'

/** What has to be installed first; undefined where it is. */
export const missingNginx = (): string | undefined => (existsSync(program) ? undefined : 'apt-get install nginx')

const patience = 20_000

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isUp = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isUp
}

const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

/** Debian's nginx with these servers, for the length of a test. `serversAt` is what stands within `http`, by the port to listen at. */
export async function startNginx(t: Lifetime, serversAt: (port: number) => string): Promise<{ readonly url: string }> {
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'sallyport-nginx-')), await freePort()]
  const temporary = folders.map(name => `${name}_temp_path ${folder}/${name};`).join('\n')
  const text = `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
access_log off;
${temporary}
${serversAt(port)}
}`
  await writeFile(join(folder, 'nginx.conf'), text)
  const child = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
    stdio: 'ignore',
  })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill()
    await exited
    await rm(folder, { recursive: true, force: true })
  })
  const end = performance.now() + patience
  while (performance.now() < end && child.exitCode === null) {
    if (await answers(port)) return { url: `http://127.0.0.1:${port}` }
    await pause(10)
  }
  throw new Error(`nginx did not start: ${await readFile(join(folder, 'error.log'), 'utf8')}`)
}

import { chmod, lstat, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect } from 'node:net'

/** Bytes of a socket's path that every system can take (sun_path of Linux and macOS, with its NUL). */
const pathMax = 103

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

function listenOn(server: Server, at: { readonly path: string } | { readonly port: number; readonly host: string }) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Listens on a unix socket that only its owner may use; one that a crash left behind is replaced. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > pathMax) {
    throw new Error(`${path} is too long for a unix socket (${pathMax} bytes at most): choose a shorter --data`)
  }
  try {
    await listenOn(server, { path })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    if (!(await lstat(path)).isSocket()) throw new Error(`${path} is no socket: move it away, or choose another --data`)
    if (await answers(path)) throw new Error(`${path} is in use: another gateway runs with the same --data`)
    await rm(path, { force: true })
    await listenOn(server, { path })
  }
  await chmod(path, 0o600)
}

export async function listenOnPort(server: Server, host: string, port: number): Promise<void> {
  try {
    await listenOn(server, { host, port })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    throw new Error(`port ${port} of ${host} is in use: give gateway.management another one`)
  }
}

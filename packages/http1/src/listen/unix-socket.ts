import { lstat, rm } from 'node:fs/promises'
import { connect, type Server } from 'node:net'

/** Bytes of a socket's path that every system can take (sun_path of Linux and macOS, with its NUL). */
const pathMax = 103

/** What an owner's process alone may use, and what those of its group may, too. */
export const ownMode = 0o600
export const sharedMode = 0o660

/** The code of a system's error. */
export const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

/** Listens, and throws where that can't be. */
export function listenOn(
  server: Server,
  at: { readonly path: string } | { readonly port: number; readonly host: string },
) {
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

/** The socket is made before this returns, so that it never has another mode. */
function listenWithMode(server: Server, path: string, mode: number): Promise<void> {
  const before = process.umask(0o777 & ~mode)
  try {
    return listenOn(server, { path })
  } finally {
    process.umask(before)
  }
}

/** Listens on a unix socket that only those may use whom its mode lets; one that a crash left behind is replaced. */
export async function listenOnSocket(server: Server, path: string, mode: number): Promise<void> {
  if (Buffer.byteLength(path) > pathMax)
    throw new Error(`${path} is too long for a unix socket (${pathMax} bytes at most): choose a shorter one`)
  try {
    await listenWithMode(server, path, mode)
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    if (!(await lstat(path)).isSocket()) throw new Error(`${path} is no socket: move it away, or choose another one`)
    if (await answers(path)) throw new Error(`${path} is in use by another process that listens there`)
    await rm(path, { force: true })
    await listenWithMode(server, path, mode)
  }
}

import type { Server } from 'node:http'
import { codeOf, listenOn } from '@sallyport/http1'

export async function listenOnPort(server: Server, host: string, port: number): Promise<void> {
  try {
    await listenOn(server, { host, port })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    throw new Error(`port ${port} of ${host} is in use: give gateway.management another one`)
  }
}

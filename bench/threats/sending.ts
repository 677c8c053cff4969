import { Agent, request } from 'node:http'
import type { Sample, Sent } from './samples.ts'

/** Calls that are under way at once. */
const atOnce = 16

/** Whether a server let a request go on; undefined where it cannot be sent at all. */
function passes(port: number, { method, path, headers, body }: Sent, agent: Agent): Promise<boolean | undefined> {
  return new Promise(resolve => {
    try {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const sending = request(
        { agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } },
        answer => {
          answer.resume()
          answer.on('close', () => resolve((answer.statusCode ?? 500) < 400))
        },
      )
      sending.on('error', () => resolve(false))
      sending.end(body)
    } catch {
      resolve(undefined)
    }
  })
}

/** How many of the samples a server refuses, and how many could be sent. */
export async function refusedOf(port: number, samples: readonly Sample[]): Promise<{ refused: number; sent: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const count = { refused: 0, sent: 0 }
  let next = 0
  const worker = async (): Promise<void> => {
    for (let sample = samples[next++]; sample !== undefined; sample = samples[next++]) {
      const passed = await passes(port, sample.sent, agent)
      if (passed === undefined) continue
      count.sent++
      if (!passed) count.refused++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  agent.destroy()
  return count
}

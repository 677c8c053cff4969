import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pin } from './processes.ts'

/** Requests prepared in a file, a line each: `PATH` or `PATH TOKEN`. */
export interface Requests {
  readonly file: string
  readonly count: number
  /** So many are used in one window and in no other, which counts only if it didn't need more; all in every window where undefined. */
  readonly perWindow?: number
  /** The JSON body of each, which are POSTs then, and GETs without. */
  readonly body?: string
}

/** What wrk saw in one window. Times in microseconds. */
export interface Seen {
  readonly calls: number
  readonly microseconds: number
  readonly p50: number
  readonly p99: number
  /** Calls that weren't answered, or not with 2xx or 3xx. */
  readonly failed: number
}

export interface Load {
  readonly core: number
  readonly port: number
  readonly requests: Requests
  /** Uses `requests` from this line on, `count` of them, over and over. */
  readonly from: number
  readonly count: number
  readonly seconds: number
}

/** Keep-alive connections, as the measurement was agreed on. */
export const connections = 64

const script = fileURLToPath(new URL('load.lua', import.meta.url))
const execute = promisify(execFile)

/** Loads a port from one core for some seconds. */
export async function load({ core, port, requests, from, count, seconds }: Load): Promise<Seen> {
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, `http://127.0.0.1:${port}`]
  const body = requests.body === undefined ? [] : [requests.body]
  const args = ['-c', String(core), ...wrk, '--', requests.file, String(from), String(count), ...body]
  const { stdout } = await execute(pin, args, { timeout: (seconds + 20) * 1000 })
  const result = /^RESULT (.*)$/m.exec(stdout)?.[1]
  if (result === undefined) throw new Error(`wrk gave no result: ${stdout}`)
  return JSON.parse(result)
}

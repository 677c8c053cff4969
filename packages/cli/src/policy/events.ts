import { createReadStream, existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type CallEvent, callEvent, readDuration } from '@sallyport/core'
import { lastCalls } from '@sallyport/store/records'
import { z } from 'zod'
import { dataFolder } from '../data-folder.ts'
import { Failure, Misuse } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { parametersOf } from './parameters-of.ts'

function isOperation(id: string): boolean {
  try {
    parametersOf(id)
    return true
  } catch {
    return false
  }
}

/** A record that can be judged by, whoever wrote it. */
const readable = callEvent
  .refine(({ time }) => !Number.isNaN(Date.parse(time)), { path: ['time'], message: 'is no time' })
  .refine(({ operation }) => operation === undefined || isOperation(operation), {
    path: ['operation'],
    message: 'is none',
  })

/** One line of what was recorded: calls, or why it is none. */
export type RecordedLine =
  | { readonly line: number; readonly events: readonly CallEvent[] }
  | { readonly line: number; readonly broken: string }

/** Characters of a line; a list of a thousand calls has fewer. */
const longest = 16 * 2 ** 20

/** Pieces of a text as its lines; of one that is too long nothing but that. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncIterable<string | undefined> {
  let rest = ''
  let isTooLong = false
  for await (const piece of pieces) {
    const parts = piece.split('\n')
    for (const [i, part] of parts.entries()) {
      if (i > 0) {
        yield isTooLong ? undefined : rest
        rest = ''
        isTooLong = false
      }
      if (rest.length + part.length > longest) isTooLong = true
      rest = isTooLong ? '' : rest + part
    }
  }
  if (isTooLong) yield undefined
  else if (rest !== '') yield rest
}

/** A line of the log bears two members more than a record. */
function withoutLogging(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('msg' in json) || !('level' in json)) return json
  const { msg: _, level: __, ...event } = json
  return event
}

function readLine(text: string, line: number): RecordedLine {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { line, broken: 'is no JSON' }
  }
  const read = z.array(readable).safeParse(Array.isArray(json) ? json : [withoutLogging(json)])
  if (read.success) return { line, events: read.data }
  const [issue] = read.error.issues
  return { line, broken: `is no record of a call: ${issue?.path.slice(1).join('.')}: ${issue?.message}` }
}

async function* inFile(file: string): AsyncIterable<RecordedLine> {
  let line = 0
  try {
    for await (const text of linesOf(createReadStream(file, 'utf8'))) {
      line++
      if (text === undefined) yield { line, broken: `has more than ${longest} characters` }
      else if (text.trim() !== '') yield readLine(text, line)
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw new Failure(`${file} cannot be read (${String(error.code)})`)
    throw error
  }
}

async function* remembered(since: number, data: string | undefined, ports: Ports): AsyncIterable<RecordedLine> {
  const { calls } = dataFolder(data, ports)
  if (!existsSync(calls))
    throw new Failure(`there are no records in ${calls}; name the folder of the gateway with --data`)
  const lines = (await lastCalls(calls, Number.POSITIVE_INFINITY)).reverse()
  for (const [i, text] of lines.entries()) {
    const read = readLine(text, i + 1)
    if ('broken' in read || read.events.some(({ time }) => Date.parse(time) >= since)) yield read
  }
}

/**
 * What was recorded: of the last days, as the data folder has it, or in a file of records, one a line, or lists of them as `calls --json`
 * prints. Throws Misuse; it rejects with Failure.
 */
export function recordedCalls(from: string, data: string | undefined, ports: Ports): AsyncIterable<RecordedLine> {
  const [, span] = /^last\s+(\S+)$/.exec(from) ?? []
  if (span === undefined) return inFile(resolve(ports.cwd, from))
  const ms = readDuration(span)
  if (ms === undefined) throw new Misuse(`--events 'last ${span}': needs a duration such as 7d or 12h`)
  return remembered(ports.clock.now() - ms, data, ports)
}

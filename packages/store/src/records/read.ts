import { type CallEvent, callEvent } from '@sallyport/core'
import { numbersIn, pathOf } from './ring-files.ts'
import { findLine, lastLines } from './ring-lines.ts'

const isWhole = (line: string) => line.startsWith('{"id":"') && line.endsWith('}')

/** The line of a call in the files of a ring, by its id. Rejects where the folder can't be read. */
export async function findCall(folder: string, id: string): Promise<string | undefined> {
  for (const number of await numbersIn(folder)) {
    const line = await findLine(pathOf(folder, number), `{"id":${JSON.stringify(id)}`)
    if (line !== undefined && isWhole(line)) return line
  }
  return undefined
}

/** The last lines in the files of a ring, the newest first. Rejects where the folder can't be read. */
export async function lastCalls(folder: string, count: number): Promise<string[]> {
  const lines: string[] = []
  for (const number of await numbersIn(folder)) {
    if (lines.length >= count) break
    const found = await lastLines(pathOf(folder, number), count - lines.length)
    lines.push(...found.filter(isWhole))
  }
  return lines
}

/** An event as it was recorded; undefined where it is none, as a line that a crash cut off. */
export function readEvent(line: string): CallEvent | undefined {
  try {
    return callEvent.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

import { writeSync } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A file of the ring that lines are added to. */
export interface RingFile {
  readonly number: number
  /** Bytes in it. */
  size: number
  add(text: Uint8Array): Promise<void>
  addSync(text: Uint8Array): void
  close(): Promise<void>
}

const shape = /^(\d{8})\.jsonl$/

export const pathOf = (folder: string, number: number) => join(folder, `${String(number).padStart(8, '0')}.jsonl`)

/** The numbers of the ring's files, newest first. Throws where the folder cannot be read. */
export async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names
    .flatMap(name => shape.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)
}

async function endsTorn(path: string, size: number): Promise<boolean> {
  if (size === 0) return false
  const file = await open(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] !== 0x0a
  } finally {
    await file.close()
  }
}

/** Opens a file to add to it. A line that a crash or a full disk cut off is closed, so that it spoils no other. */
export async function openFile(folder: string, number: number): Promise<RingFile> {
  const path = pathOf(folder, number)
  const handle = await open(path, 'a', 0o600)
  const { size } = await handle.stat()
  const file: RingFile = {
    number,
    size,
    async add(text) {
      await handle.appendFile(text)
      file.size += text.length
    },
    addSync: text => writeSync(handle.fd, text),
    close: () => handle.close(),
  }
  if (await endsTorn(path, size)) await file.add(Buffer.from('\n'))
  return file
}

/** The file that was written last, while it has room; else the next. Makes the folder where it is missing. */
export async function openLast(folder: string, fileBytes: number): Promise<RingFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const [newest = 1] = await numbersIn(folder)
  const file = await openFile(folder, newest)
  if (file.size < fileBytes) return file
  await file.close()
  return openFile(folder, newest + 1)
}

/** Deletes the oldest files beyond the bound. */
export async function dropOldest(folder: string, files: number): Promise<void> {
  const numbers = await numbersIn(folder)
  await Promise.all(numbers.slice(files).map(number => rm(pathOf(folder, number), { force: true })))
}

import { type FileHandle, open } from 'node:fs/promises'

const pieceBytes = 65_536
const newline = 0x0a

/** Runs `read` over a file; undefined where it has been deleted meanwhile, as the oldest of a ring may be. */
async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return undefined
  try {
    return await read(file)
  } finally {
    await file.close()
  }
}

async function readPiece(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** The file piece by piece, cut at the ends of lines. A last line that does not end is left out. */
async function* wholeLines(file: FileHandle): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for (let position = 0; ; ) {
    const piece = await readPiece(file, position, pieceBytes)
    if (piece.length === 0) return
    position += piece.length
    const text = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const end = text.lastIndexOf(newline) + 1
    rest = text.subarray(end)
    if (end > 0) yield text.subarray(0, end)
  }
}

/** Where a line begins with `start`; -1 where none does. */
function lineAt(text: Buffer, start: Buffer): number {
  let at = text.indexOf(start)
  while (at > 0 && text[at - 1] !== newline) at = text.indexOf(start, at + 1)
  return at
}

/** The first whole line of a file that begins with `start`. Holds no more of the file than a piece and a line. */
export function findLine(path: string, start: string): Promise<string | undefined> {
  const wanted = Buffer.from(start)
  return withFile(path, async file => {
    for await (const text of wholeLines(file)) {
      const at = lineAt(text, wanted)
      if (at >= 0) return text.toString('utf8', at, text.indexOf(newline, at))
    }
    return undefined
  })
}

/** The last `count` whole lines of a file, the newest first. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const lines = await withFile(path, async file => {
    const pieces: Buffer[] = []
    let { size: position } = await file.stat()
    let ends = 0
    while (position > 0 && ends <= count) {
      const length = Math.min(pieceBytes, position)
      position -= length
      const piece = await readPiece(file, position, length)
      for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, at + 1)) ends++
      pieces.unshift(piece)
    }
    const [, ...whole] = Buffer.concat(pieces).toString('utf8').split('\n').reverse()
    return position > 0 ? whole.slice(0, -1) : whole
  })
  return (lines ?? []).slice(0, count)
}

import { Socket } from 'node:net'
import { readBytes } from '../messages/engine.ts'

/** Where the bytes of plain connections are read to, one read at a time: what is kept of them is copied. */
const input = Buffer.allocUnsafeSlow(readBytes)

/** Told of so many bytes of `input` that were read. */
export type Received = (input: Buffer, bytes: number) => void

/** An accepted connection that tells what it reads. To be called once. */
export type Accepted = (received: Received) => Socket

/** As a stream: each read has a buffer of its own. */
export const acceptedStream =
  (socket: Socket): Accepted =>
  received =>
    socket.on('data', (piece: Buffer) => received(piece, piece.length))

/**
 * A socket that a server accepted and has not read from, made anew so that it reads to one buffer: `onread` spares a buffer and
 * a stream's bookkeeping for each read, 6 % of what a call costs. Servers do not offer it. The server forgets the socket.
 */
export function acceptedPlain(socket: Socket): Accepted {
  const handle: unknown = Reflect.get(socket, '_handle')
  if (typeof handle !== 'object' || handle === null) return acceptedStream(socket)
  Reflect.set(socket, '_handle', null)
  socket.destroy()
  return received => {
    const onread = {
      buffer: input,
      callback(bytes: number) {
        received(input, bytes)
        return true
      },
    }
    const always = { allowHalfOpen: true, readable: true, writable: true }
    return Reflect.construct(Socket, [{ ...always, handle, onread }])
  }
}

import { type DoorAddress, secretText } from '@sallyport/stages'
import { z } from 'zod'
import { httpUrl } from './values.ts'

const onPort = /^(?:\[([\da-fA-F:.]+)\]|([A-Za-z\d.-]+)):(\d{1,5})$/

function addressIn(text: string): DoorAddress | undefined {
  if (text.startsWith('unix:/')) return { path: text.slice('unix:'.length) }
  const [, v6, host = v6, port] = onPort.exec(text) ?? []
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) }
}

const listen = z.string().transform((text, context) => {
  const address = addressIn(text)
  if (address !== undefined) return address
  context.addIssue({
    code: 'custom',
    message: 'needs unix:/run/sallyport/nginx.sock, or an address and a port such as 127.0.0.1:9101',
  })
  return z.NEVER
})

const door = z.strictObject({
  listen,
  secret: secretText.optional(),
  tls: z
    .strictObject({
      /** PEM files. */
      cert: z.string().min(1),
      key: z.string().min(1),
      /** Authorities whose certificates open the door. */
      clients: z.string().min(1).optional(),
    })
    .optional(),
  /** All of them unless they are named. */
  apis: z.array(z.string().min(1)).min(1).optional(),
})
export type WrittenDoor = z.output<typeof door>

/** Doors at which others ask for decisions, by who asks. */
export const decisions = z.strictObject({
  nginx: door.optional(),
  envoy: door.optional(),
  authzen: door
    .extend({
      /** How it is reached, for its metadata. */
      url: httpUrl.optional(),
      /** Whether whoever asks is told why not. */
      reasons: z.boolean().default(false),
    })
    .optional(),
})

import { z } from 'zod'

/** What of a message is encrypted as a whole. */
export const level = z.enum(['none', 'headers', 'body', 'full']).default('none')
export type Level = z.output<typeof level>

export const hasHeaders = (level: Level): boolean => level === 'headers' || level === 'full'
export const hasBody = (level: Level): boolean => level === 'body' || level === 'full'

/** The media type of a body that is one compact JWE (RFC 7515 section 9.2.1). */
export const joseType = 'application/jose'

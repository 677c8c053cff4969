import { z } from 'zod'

/** Where a credential stands: one of them, `Authorization: Bearer` unless given. */
export interface PlaceOptions {
  readonly header?: string
  readonly scheme?: string
  readonly query?: string
  readonly cookie?: string
}

/** The members of options that say where; the method's own settings judge them. */
export const placeOptions = {
  header: z.unknown().optional(),
  scheme: z.unknown().optional(),
  query: z.unknown().optional(),
  cookie: z.unknown().optional(),
}

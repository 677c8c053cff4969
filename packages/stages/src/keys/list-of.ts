import { z } from 'zod'

/** One or several. */
export const listOf = <T extends z.ZodType>(item: T) => z.union([item.transform(one => [one]), z.array(item).min(1)])

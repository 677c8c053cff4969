import { type ZodType, z } from 'zod'

/** What is done to messages, each way by itself: to `answers` that go to callers, to `requests` that go to the backend. */
export const directions = <Way extends ZodType>(way: Way) =>
  z
    .strictObject({ answers: way.optional(), requests: way.optional() })
    .refine(
      ({ answers, requests }) => answers !== undefined || requests !== undefined,
      'needs answers, requests or both',
    )

/** Which ways are meant, for people. */
export const waysOf = ({ answers, requests }: { readonly answers?: unknown; readonly requests?: unknown }): string =>
  [...(answers === undefined ? [] : ['answers']), ...(requests === undefined ? [] : ['requests'])].join(' and ')

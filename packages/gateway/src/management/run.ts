import { type Endpoint, Problem } from '@sallyport/core'
import type { ZodError, ZodType, z } from 'zod'
import type { RawInput } from './input.ts'

/** An endpoint with the verb that answers it. */
export interface Served {
  readonly method: string
  readonly path: string
  answer(input: RawInput): Promise<unknown>
}

/** Each message under the member that it is about. A member may be called `__proto__`, so a Map gathers them. */
function messagesOf(error: ZodError): Record<string, string[]> {
  const messages = new Map<string, string[]>()
  const add = (name: string, message: string) => messages.set(name, [...(messages.get(name) ?? []), message])
  for (const issue of error.issues) {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) add([...path, key].join('.'), 'is not known')
    else add(path.join('.') || 'input', issue.message)
  }
  return Object.fromEntries(messages)
}

/**
 * The one way from a request to a verb: the input is parsed strictly before it, what the endpoint does not declare is
 * stripped after it. The operator's key, which was asked for before, holds every permission.
 */
export function run<Input extends ZodType, Output extends ZodType>(
  endpoint: Endpoint<Input, Output>,
  verb: (input: z.output<Input>) => z.input<Output> | Promise<z.input<Output>>,
): Served {
  const { method, path } = endpoint
  return {
    method,
    path,
    async answer(input) {
      const read = endpoint.input.safeParse(input)
      if (!read.success)
        throw new Problem('input-invalid', { errors: messagesOf(read.error) }, 'the input is not valid')
      return endpoint.output.parse(await verb(read.data))
    },
  }
}

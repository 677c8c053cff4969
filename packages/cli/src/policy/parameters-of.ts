import { readTemplate } from '@sallyport/core'

/** The names that the path of an operation captures: its id begins with method and template. Throws where that is no template. */
export function parametersOf(operation: string): readonly string[] {
  const [, template = ''] = operation.split(' ')
  return readTemplate(template).segments.flatMap(({ names }) => names)
}

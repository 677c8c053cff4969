import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of a configuration: a path from where the test stands, or a URL. */
export type ConfigurationFile = string | URL

const place = /\(?(file:\/\/[^()]+|\/[^()]+|[A-Za-z]:\\[^()]+):\d+:\d+\)?$/

/** The folder of the file that called a function. */
function folderOfCaller(called: (...given: never[]) => unknown): string {
  const here: { stack?: string } = {}
  Error.captureStackTrace(here, called)
  const [, file] = place.exec(here.stack?.split('\n')[1] ?? '') ?? []
  if (file === undefined) return process.cwd()
  return dirname(file.startsWith('file:') ? fileURLToPath(file) : file)
}

/** The files of a configuration. What `called` was called with is relative to the file that called it. */
export function filesOf(
  given: ConfigurationFile | readonly ConfigurationFile[],
  called: (...given: never[]) => unknown,
): readonly string[] {
  const folder = folderOfCaller(called)
  const all = typeof given === 'string' || given instanceof URL ? [given] : given
  return all.map(file => (file instanceof URL ? fileURLToPath(file) : resolve(folder, file)))
}

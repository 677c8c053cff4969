import type { Development, DevelopmentOptions } from './development/development.ts'

const none: Development = { operations: [], isQuiet: () => false, hears: 'none', record: () => undefined }

/** What shows calls to developers, where that was asked for; else it isn't loaded. */
export async function developmentOf(options: DevelopmentOptions | undefined, name: string): Promise<Development> {
  if (options === undefined) return none
  const { openDevelopment } = await import('./development/development.ts')
  return openDevelopment(options, name)
}

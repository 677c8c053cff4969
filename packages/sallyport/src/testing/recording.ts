import { channel } from 'node:diagnostics_channel'
import { writeFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { reportsVariable } from '../test/reports-variable.ts'

/*
 * Loaded before a test file by `sallyport test`: what the file's calls told of rules is written down once its tests are over.
 */
const folder = process.env[reportsVariable] ?? '.'
const reporting: (() => Promise<unknown>)[] = []

channel('sallyport:test-report').subscribe(report => {
  if (typeof report === 'function') reporting.push(async () => report())
})

process.once('beforeExit', async () => {
  const reports: unknown[] = []
  for (const report of reporting) reports.push(await report())
  if (reports.length > 0) await writeFile(join(folder, `${process.pid}.json`), JSON.stringify(reports))
})

// A command that is installed nowhere near the tests is found by them too.
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context)
    } catch (error) {
      if (specifier !== 'sallyport/testing') throw error
      return next(specifier, { ...context, parentURL: import.meta.url })
    }
  },
})

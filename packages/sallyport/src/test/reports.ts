import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report, RuleReport } from '@sallyport/testing'
import { z } from 'zod'

const ruleReport = z.strictObject({
  key: z.string(),
  rule: z.string(),
  of: z.string(),
  hit: z.boolean(),
  noticed: z.boolean(),
}) satisfies z.ZodType<RuleReport>

const report = z.strictObject({
  name: z.string(),
  calls: z.int(),
  unrepeatable: z.int(),
  rules: z.array(ruleReport),
  mutants: z.int(),
  ms: z.number(),
}) satisfies z.ZodType<Report>

/** What all tests together made of rules. */
export interface Told {
  readonly rules: readonly RuleReport[]
  readonly calls: number
  readonly unrepeatable: number
  readonly mutants: number
  /** Milliseconds that it took to try the mutants. */
  readonly ms: number
  /** What was tried: applications by name, gateways by their files. */
  readonly tried: readonly string[]
}

const sum = (reports: readonly Report[], of: (report: Report) => number) =>
  reports.reduce((total, each) => total + of(each), 0)

/** What one test saw of a rule and another didn't, both did. */
function merged(reports: readonly Report[]): readonly RuleReport[] {
  const rules = new Map<string, RuleReport>()
  for (const { name, rules: told } of reports)
    for (const rule of told) {
      const key = `${name} ${rule.key}`
      const known = rules.get(key)
      rules.set(key, {
        ...rule,
        hit: rule.hit || known?.hit === true,
        noticed: rule.noticed || known?.noticed === true,
      })
    }
  return [...rules.values()]
}

/** Reads what tests wrote into a folder. */
export async function reportsIn(folder: string): Promise<Told> {
  const files = (await readdir(folder)).filter(name => name.endsWith('.json')).sort()
  const texts = await Promise.all(files.map(name => readFile(join(folder, name), 'utf8')))
  const reports = texts.flatMap(text => z.array(report).parse(JSON.parse(text)))
  return {
    rules: merged(reports),
    calls: sum(reports, ({ calls }) => calls),
    unrepeatable: sum(reports, ({ unrepeatable }) => unrepeatable),
    mutants: sum(reports, ({ mutants }) => mutants),
    ms: sum(reports, ({ ms }) => ms),
    tried: [...new Set(reports.map(({ name }) => name))],
  }
}

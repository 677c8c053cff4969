import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Ports } from '../frame/ports.ts'
import { failed, notChecked, type Outcome, passed, type Standing } from './points.ts'

/** What is given to look at beside a configuration. */
export interface Given {
  /** What `npm audit --json` said: a file, or - for standard input. */
  readonly audit: string | undefined
  /** The incident plan. */
  readonly plan: string | undefined
}

/** As npm writes it, version 2. */
const auditReport = z.looseObject({
  auditReportVersion: z.literal(2),
  metadata: z.looseObject({ vulnerabilities: z.looseObject({ total: z.int().nonnegative() }) }),
})

const askNpm = 'in the folder of the lock file: npm audit --json | sallyport doctor --audit -'

async function contentOf(file: string, ports: Ports): Promise<string | undefined> {
  try {
    return file === '-' ? await text(ports.stdin) : await readFile(resolve(ports.cwd, file), 'utf8')
  } catch {
    return undefined
  }
}

function json(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

async function dependencies({ audit }: Given, ports: Ports): Promise<Outcome> {
  if (audit === undefined) return notChecked('no registry was asked which releases are known to be weak', askNpm)
  const read = auditReport.safeParse(json((await contentOf(audit, ports)) ?? ''))
  if (!read.success) return notChecked(`${audit} is no report of npm audit: npm could not look`, askNpm)
  const { total } = read.data.metadata.vulnerabilities
  if (total === 0) return passed('npm knows of no weakness in what is installed')
  return failed(`npm knows of ${total} weaknesses in what is installed`, 'npm audit fix, or replace what has no fix')
}

async function incidents({ plan }: Given, ports: Ports): Promise<Outcome> {
  const mend = 'write down who does what, in which order; docs/incidents.md is a beginning; name it with --plan FILE'
  if (plan === undefined) return notChecked('no plan was named', mend)
  const content = (await contentOf(plan, ports))?.trim() ?? ''
  if (content === '') return failed(`${plan} is empty or cannot be read`, mend)
  return passed(`${plan} is there; only an exercise tells whether it is good`)
}

const audits = notChecked(
  'only people can tell whether somebody looked',
  'have somebody look who did not build it, and again after each large change',
)

/** The points that no configuration and no document tells. */
export async function standingOf(given: Given, ports: Ports): Promise<Standing> {
  return { dependencies: await dependencies(given, ports), audits, incidents: await incidents(given, ports) }
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { presetNames, readPreset } from '@sallyport/config'
import { printable } from '@sallyport/contract'
import type { AskedOperation, DescribedToken, Outcome } from '@sallyport/tokens'
import { columns } from '../frame/columns.ts'
import { Failure } from '../frame/failure.ts'
import type { Ports } from '../frame/ports.ts'
import { documentNamed } from '../openapi-document.ts'

/** The operations to ask about: of an OpenAPI document, or of a preset where there is no such file. Throws Failure. */
export async function operationsAgainst(named: string, ports: Ports): Promise<readonly AskedOperation[]> {
  if (existsSync(resolve(ports.cwd, named)) || !presetNames.includes(named))
    return (await documentNamed(named, ports.cwd)).operations
  const { operations } = await readPreset(named)
  if (operations !== undefined) return operations
  throw new Failure(`the preset ${named} lists no operations: name an OpenAPI document`)
}

const order = ['allowed', 'partly', 'unclear', 'denied'] as const
const widest = Math.max(...order.map(verdict => verdict.length))

/** What to know of an operation that is allowed in part. */
function noteOf({ verdict, example, conditions }: Outcome, method: string): string {
  if (verdict === 'unclear') return 'its patterns take too much work to find out'
  if (verdict !== 'partly') return ''
  const wanted = conditions.length === 0 ? '' : `, if ${conditions.join('; and ')}`
  return printable(`such as ${method} ${example}${wanted}`)
}

/** What bounds the whole token beside its operations, from all parts. */
function boundsOf({ parts }: DescribedToken): string[] {
  const bounds = ['rate', 'ip', 'time'].flatMap(name =>
    parts.flatMap(({ claims }) => (claims[name] === undefined ? [] : [`${name} ${JSON.stringify(claims[name])}`])),
  )
  const ends = parts.flatMap(({ claims: { exp } }) => (typeof exp === 'number' ? [exp] : []))
  const end = new Date(Math.min(...ends) * 1000)
  return [...bounds, ...(Number.isNaN(end.getTime()) ? [] : [`until ${end.toISOString()}`])]
}

/** The list for people: what is allowed first. */
export function dryText(token: DescribedToken, judged: readonly (AskedOperation & Outcome)[]): string {
  const lists = order.flatMap(verdict => {
    const rows = judged.filter(one => one.verdict === verdict)
    const cells = rows.map(one => [verdict.padEnd(widest), `${one.method} ${one.template}`, noteOf(one, one.method)])
    return rows.length === 0 ? [] : [columns(cells)]
  })
  const counts = order.map(verdict => [judged.filter(one => one.verdict === verdict).length, verdict] as const)
  const sum = counts.filter(([count]) => count > 0).map(([count, verdict]) => `${count} ${verdict}`)
  return `${lists.join('\n')}

${sum.join(', ')}. A permit that names no query admits none. Besides: ${printable(boundsOf(token).join(', '))}.
Nothing here was verified: only its gateway can.
`
}

import {
  type AttributeType,
  type Geo,
  leavesOf,
  type Method,
  type Operation,
  type Rule,
  readTemplate,
  type Words,
} from '@sallyport/core'
import type { StagePorts } from '../ports.ts'

type Make = (rule: Rule<StagePorts, Method>) => Method

/** The declared claims of all callers. Throws TypeError where two of them understand one name as something else. */
function attributesOf(methods: readonly Method[]): Readonly<Record<string, AttributeType>> {
  const found = new Map<string, AttributeType>()
  for (const [name, type] of methods.flatMap(({ attributes = {} }) => Object.entries(attributes))) {
    const other = found.get(name)
    if (other !== undefined && other !== type)
      throw new TypeError(`the claim ${name} is declared as ${other} and as ${type}: give one of them another name`)
    found.set(name, type)
  }
  return Object.fromEntries(found)
}

const namesIn = (template: string) => readTemplate(template).segments.flatMap(({ names }) => names)

/** What rules of these operations may name, and what of addresses. Throws TypeError where claims are declared in two ways. */
export function wordsOf(operations: readonly Operation<StagePorts>[], make: Make, geo: Geo | undefined): Words {
  const methods = new Set(operations.flatMap(({ identify }) => leavesOf(identify)).map(make))
  return {
    operations: operations.map(({ id }) => id),
    parameters: [...new Set(operations.flatMap(({ template }) => namesIn(template)))],
    attributes: attributesOf([...methods]),
    geo,
  }
}

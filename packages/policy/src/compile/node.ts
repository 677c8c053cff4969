import { Uncertainty } from '../uncertainty.ts'

export type Node = Readonly<Record<string, unknown>>

export const isNode = (json: unknown): json is Node => typeof json === 'object' && json !== null && !Array.isArray(json)

export const isList = (json: unknown): json is readonly unknown[] => Array.isArray(json)

function required<Made>(json: unknown, isIt: (json: unknown) => json is Made, what: string): Made {
  if (isIt(json)) return json
  throw new Uncertainty(`a policy's JSON has no ${what} where there must be one`)
}

export const nodeOf = (json: unknown): Node => required(json, isNode, 'object')
export const listOf = (json: unknown): readonly unknown[] => required(json, isList, 'list')
export const textOf = (json: unknown): string => required(json, each => typeof each === 'string', 'text')

import type { Json } from '@sallyport/core'
import { Unjudgeable, Work } from '@sallyport/tokens'
import type { SeenCall } from '../../modules/guard-module.ts'
import { type BodyRule, type Forms, memberOf, type OwnershipRule } from './rules.ts'
import type { Act } from './settings.ts'

/** One thing that a call creates, changes or deletes. */
export interface Order {
  readonly act: Act
  /** Names the thing among all of its API. */
  readonly key: string
  /** What the key is made of, by parameter or member. */
  readonly parts: Readonly<Record<string, string>>
}

/** A call of which it can't be told exactly what it is about. */
export class Unclear extends Error {
  override readonly name = 'Unclear'
}

/** Things that one call may be about. */
const most = 100

/** A name of a thing as JSON may give it: a text, or a whole number that means the same to every reader. */
export function nameIn(json: Json | undefined): string | undefined {
  if (typeof json === 'string' && json !== '') return json
  return Number.isSafeInteger(json) ? String(json) : undefined
}

export const keyOf = (thing: string, names: readonly string[]): string => JSON.stringify([thing, ...names])

/** Parts of a key, once each of them has its form. */
function partsIn(forms: Forms, find: (name: string) => string | undefined, work: Work): Record<string, string> {
  return Object.fromEntries(
    [...forms].map(([name, form]) => {
      const value = find(name)
      if (value === undefined || !form.fits(value, work)) throw new Unclear(`${name} hasn't the form that it must have`)
      return [name, value]
    }),
  )
}

export function pathParts({ path }: OwnershipRule, { parameters }: SeenCall): Record<string, string> {
  const find = (name: string) => (Object.hasOwn(parameters, name) ? parameters[name] : undefined)
  return partsIn(path, name => find(name) || undefined, new Work())
}

function orderOf(rule: OwnershipRule, thing: Json | undefined, parts: Record<string, string>): Order {
  const act = rule.actOf(thing)
  if (act === undefined) throw new Unclear("it isn't said, or not in a known word, what is done to a thing")
  return { act, key: keyOf(rule.thing, Object.values(parts)), parts }
}

function inBody(rule: OwnershipRule, body: BodyRule, json: Json | undefined, path: Record<string, string>): Order[] {
  const things = json === undefined ? [] : body.each(json)
  if (things.length === 0 || things.length > most) throw new Unclear(`the body is about ${things.length} things`)
  const work = new Work()
  return things.map(thing => {
    const order = orderOf(rule, thing, {
      ...path,
      ...partsIn(body.members, name => nameIn(memberOf(thing, name)), work),
    })
    if (order.act !== 'delete' && body.wants?.(thing).length === 0) throw new Unclear('a thing lacks what it must have')
    return order
  })
}

/** All that a call is about; nothing where only the answer will name it. Throws Unclear. */
export async function ordersOf(rule: OwnershipRule, call: SeenCall): Promise<readonly Order[]> {
  try {
    const path = pathParts(rule, call)
    if (rule.answer !== undefined) return []
    if (rule.body === undefined) return [orderOf(rule, undefined, path)]
    const orders = inBody(rule, rule.body, await call.body?.(), path)
    if (new Set(orders.map(({ key }) => key)).size < orders.length)
      throw new Unclear('one thing stands in the body twice')
    return orders
  } catch (error) {
    throw error instanceof Unjudgeable ? new Unclear(error.message) : error
  }
}

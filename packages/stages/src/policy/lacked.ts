import { Registry, type Shown, type View } from '@sallyport/core'
import type { Decision, Question, RightsTeller } from '@sallyport/policy'
import type { Judge } from './judge.ts'

/** Callers with their rights for whom it is found out what they lack, and the characters of these: whoever comes after them is told nothing. */
const most = { callers: 1000, characters: 1024 } as const

const placeOf = ({ call }: View) => JSON.stringify([call.api, call.operation])

/** All that it depends on where policies ask for rights alone. */
const keyOf = (view: View, { principal: { type } }: Question) =>
  JSON.stringify([placeOf(view), type, [...view.principal.scopes], [...view.principal.roles]])

const nothing: Shown = {}

/** What callers are told of what they lack: a scope or a role, where policies ask for nothing else. Found out when it is first asked for. */
export function lackedBy(
  { sources, engine, decideOn }: Pick<Judge, 'sources' | 'engine' | 'decideOn'>,
  isAllowed: (decision: Decision) => boolean,
): (view: View, question: Question) => Shown {
  let made: RightsTeller | undefined
  const ofRights = new Registry<boolean>()
  const known = new Map<string, Shown>()
  return (view, question) => {
    const teller = made ?? engine.rightsTeller({ ...sources, passes: asked => isAllowed(decideOn(asked)) })
    made = teller
    if (!ofRights.get(placeOf(view), () => teller.isOfRights(question))) return nothing
    const key = keyOf(view, question)
    const shown = known.get(key)
    if (shown !== undefined) return shown
    if (known.size >= most.callers || key.length > most.characters) return nothing
    const missing = teller.lacked(question)
    const found = missing === undefined ? nothing : { missing }
    known.set(key, found)
    return found
  }
}

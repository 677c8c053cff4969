import {
  type AuthorizeGuard,
  after,
  type Ended,
  type Finding,
  type Guard,
  type HeaderPairs,
  type Leaving,
  type Outgoing,
  type Site,
  type StageName,
  type View,
} from '@sallyport/core'
import { askWhole } from '../bodies/whole-answer.ts'
import { CopiedBody, type CopiedReply } from './copied.ts'
import { changeFound, type Message, refusalFound, type Whose } from './findings-of-trial.ts'

/** What went by the place of a rule that is tried. */
export interface Noted {
  readonly view: View
  outgoing?: Outgoing
  replied?: CopiedReply
  left?: { readonly headers: HeaderPairs; readonly leaving: Leaving }
}

/** A rule that is tried, its guard made with ports that write nothing. */
export interface Trying {
  readonly stage: StageName
  readonly rule: string
  readonly guard: Guard & Pick<Partial<AuthorizeGuard>, 'policies' | 'asks'>
}

/** A call as it went by: its body can be read once more. */
const again = <Of extends Pick<Outgoing, 'body'>>(of: Of): Of =>
  of.body instanceof CopiedBody ? { ...of, body: of.body.seen() } : of

const requestOf = ({ headers, body }: Outgoing): Message => ({ headers, body: body.bytes })

/** What a guard would have made of a call, a message after the other, as far as each of them was there. */
class Changes {
  readonly #guard: Guard
  readonly #view: View
  readonly #site: Site
  readonly #whose: Whose
  readonly found: Finding[]

  constructor({ guard, stage, rule }: Trying, view: View, site: Site, found: Finding[]) {
    this.#guard = guard
    this.#view = view
    this.#site = site
    this.#whose = { stage, rule }
    this.found = found
  }

  #add(finding: Finding | undefined): void {
    if (finding !== undefined) this.found.push(finding)
  }

  async opened(): Promise<void> {
    const { call } = this.#view
    const opened = await this.#guard.open?.(this.#view, this.#site)
    if (opened === undefined) return
    const body = opened.body === call.body ? undefined : opened.body.bytes
    const before = { headers: call.headers.raw, body: call.body.bytes }
    this.#add(changeFound('request', before, { headers: opened.headers.raw, body }, this.#whose))
  }

  /** That an answer is asked for whole is no change to speak of. */
  async prepared(outgoing: Outgoing): Promise<void> {
    const prepared = await this.#guard.prepare?.(outgoing, this.#view, this.#site)
    if (prepared === undefined) return
    const body = prepared.body === outgoing.body ? undefined : prepared.body.bytes
    const after = { headers: prepared.headers, body }
    const asked = askWhole(outgoing)
    if (changeFound('request', requestOf(asked), after, this.#whose) === undefined) return
    this.#add(changeFound('request', requestOf(outgoing), after, this.#whose))
  }

  /** Gives the body that then leaves, where it is known. */
  async replied(copied: CopiedReply): Promise<Message['body']> {
    if (this.#guard.reply === undefined) return undefined
    const reply = copied.again()
    const changed = await this.#guard.reply(reply, this.#view, this.#site)
    const before = { headers: reply.headers, body: reply.kind === 'answer' ? reply.body : undefined }
    const body = changed.kind === 'answer' ? changed.body : undefined
    this.#add(changeFound('answer', before, { headers: changed.headers, body }, this.#whose))
    return body
  }

  left(headers: HeaderPairs, leaving: Leaving, body: Message['body']): void {
    const changed = this.#guard.leave?.(headers, {
      ...leaving,
      answered: { view: this.#view, site: this.#site },
      body: leaving.body ?? body,
    })
    if (changed === undefined) return
    this.#add(changeFound('answer', { headers, body: undefined }, { headers: changed, body: undefined }, this.#whose))
  }
}

/** What modules of authorize do before a call is sent may be done once only: it is never tried. */
const isPrepared = ({ stage }: Trying) => stage === 'protect'

async function changesOf(trying: Trying, noted: Noted, changes: Changes, { end, refusal }: Ended): Promise<void> {
  await changes.opened()
  if (noted.outgoing !== undefined && isPrepared(trying)) await changes.prepared(again(noted.outgoing))
  if (end !== 'complete' || refusal !== undefined) return
  const body = noted.replied && (await changes.replied(noted.replied))
  if (noted.left !== undefined) changes.left(noted.left.headers, noted.left.leaving, body)
}

/** What is checked for protect is checked in inspect. */
const checkedIn = (stage: StageName): StageName => (stage === 'protect' ? 'inspect' : stage)

/**
 * What a rule would have done to a call that is over; without a promise where its guard needs none. It neither throws nor rejects.
 */
export function trialVerdict(
  trying: Trying,
  noted: Noted,
  ended: Ended,
  site: Site,
): readonly Finding[] | Promise<readonly Finding[]> {
  const { guard, stage, rule } = trying
  const found: Finding[] = []
  const view = { ...noted.view, call: again(noted.view.call) }
  const own: Site = { ...site, found: finding => found.push({ ...finding, mode: 'shadow' }) }
  const refused = (error: unknown, at = stage) => [...found, refusalFound(error, { stage: at, rule })]
  const changing = guard.open ?? guard.prepare ?? guard.reply ?? guard.leave ?? guard.done
  const over = async () => {
    await guard.done?.(ended, view)
  }
  const checked = (): readonly Finding[] | Promise<readonly Finding[]> => {
    if (changing === undefined) return found
    const changes = new Changes(trying, view, own, found)
    return changesOf(trying, noted, changes, ended)
      .then(() => found, refused)
      .finally(over)
      .catch(refused)
  }
  const unfit = (error: unknown): readonly Finding[] | Promise<readonly Finding[]> => {
    const told = refused(error, checkedIn(stage))
    return guard.done === undefined ? told : over().then(() => told, refused)
  }
  try {
    const pending = guard.check?.(view, own)
    return pending instanceof Promise ? pending.then(checked, unfit) : after(undefined, checked)
  } catch (error) {
    return unfit(error)
  }
}

import { type Explanation, imaginedCall } from '@sallyport/contract'
import { bodyOf, type CallEvent, noBody, type RequestBody, type Snapshot } from '@sallyport/core'
import { explain, type Issuer, imagine, type StagePorts } from '@sallyport/stages'
import type { z } from 'zod'
import { declared } from './declared.ts'
import type { AppPorts } from './ports.ts'

/** A call that isn't made: from whom, when and from where it would come. */
export interface ImaginedCall extends z.input<typeof imaginedCall> {
  /** What would be sent as JSON. */
  readonly body?: unknown
}

/** Why a call ended as it did, stage by stage, or how one would. */
export interface Explain {
  /** A call by its id; undefined where it isn't remembered. Rejects with TypeError where no records are kept. */
  (id: string): Promise<Explanation | undefined>
  /**
   * An imagined call: judged as a real one, counted nowhere, and its handler not run. Without `status` a handler would answer it. Rejects with
   * TypeError that names what can't be meant.
   */
  (call: ImaginedCall): Promise<Explanation>
}

interface Explaining {
  readonly snapshot: Snapshot<StagePorts, Issuer>
  readonly ports: AppPorts
  readonly find: (id: string) => Promise<CallEvent | undefined>
}

/** A body, and the fields that come with one. */
function sent(body: unknown): { readonly body: RequestBody; readonly headers: Readonly<Record<string, string>> } {
  if (body === undefined) return { body: noBody, headers: {} }
  const bytes = Buffer.from(JSON.stringify(body))
  return {
    body: bodyOf(bytes),
    headers: { 'Content-Type': 'application/json', 'Content-Length': String(bytes.length) },
  }
}

async function imagined({ body: given, ...written }: ImaginedCall, { snapshot, ports }: Explaining) {
  const call = declared('explain', imaginedCall, written)
  const { body, headers } = sent(given)
  const setting = { snapshot, ports, verifierOf: ports.verifierAt }
  const { event, handled } = await imagine({ ...call, headers: { ...headers, ...call.headers } }, setting, body)
  const { status, ...explanation } = explain(event, { snapshot, ports })
  return handled ? explanation : { ...explanation, status }
}

/** Explains calls of an application. */
export function explainer(explaining: Explaining): Explain {
  async function why(id: string): Promise<Explanation | undefined>
  async function why(call: ImaginedCall): Promise<Explanation>
  async function why(call: string | ImaginedCall): Promise<Explanation | undefined> {
    if (typeof call !== 'string') return imagined(call, explaining)
    const event = await explaining.find(call)
    return event && explain(event, explaining)
  }
  return why
}

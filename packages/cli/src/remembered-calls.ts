import { existsSync } from 'node:fs'
import { type Explanation, endpoints } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'
import { explain } from '@sallyport/stages'
import { findCall, lastCalls, readEvent } from '@sallyport/store/records'
import { dataFolder } from './data-folder.ts'
import { Failure } from './frame/failure.ts'
import type { Ports } from './frame/ports.ts'
import { managementClient, NoGateway } from './management.ts'

/** Calls that were made. */
interface RememberedCalls {
  explained(id: string): Promise<Explanation>
  /** The newest first. */
  last(count: number): Promise<readonly CallEvent[]>
}

interface Where {
  readonly data?: string | undefined
  readonly management?: string | undefined
}

async function askedOf(values: Where, ports: Ports): Promise<RememberedCalls> {
  const client = await managementClient(values, ports)
  return {
    explained: async id => (await client.call(endpoints.getCall, { id })).explanation,
    last: async count => (await client.call(endpoints.listCalls, { last: String(count) })).calls,
  }
}

/** What an application, or a gateway that runs no more, has written. */
const readIn = (folder: string): RememberedCalls => ({
  async explained(id) {
    const event = readEvent((await findCall(folder, id)) ?? '')
    if (event === undefined)
      throw new Failure(`No record of that call in ${folder}. Only the last calls are remembered; is this the folder?`)
    return explain(event)
  },
  last: async count => (await lastCalls(folder, count)).map(readEvent).filter(event => event !== undefined),
})

/** A running gateway is asked. Where none answers the files are read, if there are any: applications keep theirs the same way. */
export async function fromRemembered<Told>(
  values: Where,
  ports: Ports,
  ask: (calls: RememberedCalls) => Promise<Told>,
): Promise<Told> {
  try {
    return await ask(await askedOf(values, ports))
  } catch (error) {
    const { calls } = dataFolder(values.data, ports)
    if (!(error instanceof NoGateway) || values.management !== undefined || !existsSync(calls)) throw error
    return ask(readIn(calls))
  }
}

import type { RequestListener } from 'node:http'
import { answer, anyone, api, app, listener, stream } from '@sallyport/sdk'
import { z } from 'zod'
import type { Where } from '../run-example.ts'
import { toldBy } from '../told-caller.ts'
import { patient, patients } from './patients.ts'

/** Each change is an event of its own. */
async function* changes(): AsyncGenerator<string> {
  for (const each of patients) yield `event: changed\ndata: ${JSON.stringify(each)}\n\n`
}

const all = z.array(patient).readonly()
const beds = z.array(z.object({ ward: z.string(), beds: z.array(z.object({ patient })) }))

const operations = [
  api('GET /patients', { response: z.object({ patients: all }) }, () => ({ patients })),
  api('GET /wards', { response: beds }, () => [{ ward: 'north', beds: patients.map(each => ({ patient: each })) }]),
  api('GET /changes', { response: stream('text/event-stream') }, changes),
  api(
    'GET /patients/{id}',
    {
      params: z.object({ id: z.int() }),
      response: patient,
      responses: { 404: z.object({ error: z.string(), nearest: patient }) },
    },
    // Where there is nothing it tells more than it should, as many do.
    ({ params }) =>
      patients.find(({ id }) => id === params.id) ?? answer(404, { error: 'no such patient', nearest: patients[0] }),
  ),
]

/** The hospital: an API that tells everybody whom the gateway lets through everything. What leaves is the gateway's affair. */
export const hospitalApi = async (where: Where): Promise<RequestListener> =>
  listener(await app({ operations, identify: toldBy(where), authorize: anyone }))

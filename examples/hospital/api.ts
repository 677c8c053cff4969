import type { IncomingMessage, ServerResponse } from 'node:http'

interface Patient {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly born: string
  /** Who looks after the patient, as the identity provider names them. */
  readonly doctor: string
  readonly history: readonly { readonly date: string; readonly note: string }[]
}

export const patients: readonly Patient[] = [
  {
    ...{ id: 1, name: 'Ann Archer', email: 'ann@example.com', born: '1970-12-24', doctor: 'adams' },
    history: [
      { date: '2026-01-02', note: 'Fractured wrist' },
      { date: '2026-01-09', note: 'Cast removed' },
    ],
  },
  {
    ...{ id: 2, name: 'Ben Baker', email: 'ben@example.com', born: '1958-03-01', doctor: 'brown' },
    history: [{ date: '2026-01-05', note: 'Raised blood pressure' }],
  },
]

/** Each change is an event of its own. */
function sendChanges(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  for (const patient of patients) response.write(`event: changed\ndata: ${JSON.stringify(patient)}\n\n`)
  response.end()
}

/** What stands at a path. Where there is nothing it tells more than it should, as many do. */
function found(path: string): readonly [status: number, body: unknown] {
  const patient = patients.find(({ id }) => path === `/patients/${id}`)
  if (path === '/patients') return [200, { patients }]
  if (path === '/wards') return [200, [{ ward: 'north', beds: patients.map(patient => ({ patient })) }]]
  return patient === undefined ? [404, { error: 'no such patient', nearest: patients[0] }] : [200, patient]
}

/** The hospital: an API that tells everybody everything. Nobody but the gateway may reach it. */
export function hospital({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = url.split('?')
  if (path === '/changes') {
    sendChanges(response)
    return
  }
  const [status, body] = found(path)
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(body))
}

import { z } from 'zod'
import { browse } from './chromium.ts'
import { eventually } from './eventually.ts'
import type { Lifetime } from './lifetime.ts'

/** What a page did as a browser's developer tools saw it. */
export interface WatchedPage {
  /** URLs that it asked for, its own first. */
  readonly requests: readonly string[]
  /** What its policy forbade it, and scripts that failed. */
  readonly faults: readonly string[]
  /** Waits until it shows these words. */
  shows(words: string): Promise<void>
}

const target = z.object({ webSocketDebuggerUrl: z.string() })
const message = z.looseObject({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.looseObject({ result: z.looseObject({ value: z.unknown() }).optional() }).optional(),
})
const asked = z.object({ request: z.object({ url: z.string() }) })

/** Which events tell of faults (Chrome DevTools Protocol). */
const faulty: ReadonlySet<string> = new Set(['Audits.issueAdded', 'Log.entryAdded', 'Runtime.exceptionThrown'])

/** Opens a page in a browser of its own, for the length of a test, and watches what it does from the first request on. */
export async function watch(t: Lifetime, url: string): Promise<WatchedPage> {
  const { tools } = await browse(t, 'about:blank')
  const opened = await fetch(`http://${tools}/json/new?about:blank`, { method: 'PUT' })
  const socket = new WebSocket(target.parse(await opened.json()).webSocketDebuggerUrl)
  t.after(() => socket.close())
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  const requests: string[] = []
  const faults: string[] = []
  const answers = new Map<number, (value: unknown) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, method = '', params, result } = message.parse(JSON.parse(String(data)))
    if (id !== undefined) answers.get(id)?.(result?.result?.value)
    if (method === 'Network.requestWillBeSent') requests.push(asked.parse(params).request.url)
    if (faulty.has(method)) faults.push(JSON.stringify(params))
  })
  let last = 0
  const send = (method: string, params: object = {}) =>
    new Promise<unknown>(resolve => {
      const id = ++last
      answers.set(id, resolve)
      socket.send(JSON.stringify({ id, method, params }))
    })
  for (const domain of ['Network', 'Log', 'Audits', 'Runtime', 'Page']) await send(`${domain}.enable`)
  await send('Page.navigate', { url })
  const expression = 'document.body?.innerText ?? ""'
  return {
    requests,
    faults,
    shows: words =>
      eventually(`the page shows ${words}`, async () =>
        String(await send('Runtime.evaluate', { expression })).includes(words),
      ),
  }
}

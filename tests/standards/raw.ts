import { repliesIn, speak } from '../harness/raw.ts'

/** Sends these lines as they are, where a client would mend or refuse them, and gives the answer. */
export async function sendRaw(url: string, ...lines: readonly string[]): Promise<Response> {
  const [reply] = repliesIn(await speak(url, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`))
  if (reply === undefined) throw new Error('no answer came')
  const { body, status, headers } = reply
  return new Response(body, { status, headers: headers.map(([name, value]): [string, string] => [name, value]) })
}

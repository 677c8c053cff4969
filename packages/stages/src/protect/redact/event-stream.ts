import { jsonText } from '@sallyport/core'
import type { ItemEnds, ItemForm } from './item-body.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** An event ends with an empty line; lines end with CR, LF or both (HTML, section 9.2.5). */
class EventEnds implements ItemEnds {
  #isLineEmpty = true
  #afterReturn = false

  isLast(byte: number): boolean {
    const isSecondHalf = byte === lineFeed && this.#afterReturn
    this.#afterReturn = byte === carriageReturn
    if (isSecondHalf) return false
    const endsLine = byte === lineFeed || byte === carriageReturn
    const endsEvent = endsLine && this.#isLineEmpty
    this.#isLineEmpty = endsLine
    return endsEvent
  }
}

/** What stands in a line; comments have the empty name, empty lines none. */
interface Line {
  readonly name: string | undefined
  readonly value: string
  readonly written: string
}

function readLine(written: string): Line {
  const [, name = '', value = ''] = /^([^:]*)(?::\x20?(.*))?$/su.exec(written) ?? []
  return { name: written === '' ? undefined : name, value, written }
}

/** Lines that go on as they are, for no member of an item can stand there. */
const plain: ReadonlySet<string | undefined> = new Set([undefined, 'event', 'id', 'retry'])

/** With this OpenAI's and others' streams end, in place of an item. */
const notItems: ReadonlySet<string> = new Set(['', '[DONE]'])

/** The line as it goes on, data aside: comments go empty, and what no client reads stays here, for nobody can tell what it holds. */
function passing({ name, written }: Line): readonly string[] {
  if (plain.has(name)) return [written]
  return name === '' ? [':'] : []
}

function editEvent(text: string, edit: (json: string) => string): string {
  const lines = text.split(/\r\n|\r|\n/).map(readLine)
  const data = lines.filter(({ name }) => name === 'data')
  const item = data.map(({ value }) => value).join('\n')
  const edited = notItems.has(item) ? item : edit(item)
  const first = data[0]
  const passed = lines.flatMap(line => {
    if (line.name !== 'data') return passing(line)
    if (edited === item) return [line.written]
    return line === first ? edited.split('\n').map(piece => `data: ${piece}`) : []
  })
  const isAsItWas = passed.length === lines.length && passed.every((line, i) => line === lines[i]?.written)
  return isAsItWas ? text : passed.join('\n')
}

/** Server-sent events whose data is JSON. A byte order mark, which clients pass over, goes. */
export const eventStream = (edit: (json: string) => string): ItemForm => ({
  ends: () => new EventEnds(),
  edit: item => Buffer.from(editEvent(jsonText(item).replace(/^\ufeff/, ''), edit)),
})

import { isIPv6 } from 'node:net'

/** What a database of these tests may hold. */
type Data = string | number | { readonly [name: string]: Data }

const bytes = (...parts: readonly (Uint8Array | number)[]) =>
  Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.of(part) : part)))

const uint32 = (value: number) => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}

/** A value of MaxMind DB's data section: texts (type 2, below 285 bytes), numbers (uint32, type 6) and maps (type 7, below 29 members). */
function encoded(data: Data): Buffer {
  if (typeof data === 'number') return bytes((6 << 5) | 4, uint32(data))
  if (typeof data === 'string') {
    const text = Buffer.from(data)
    return text.length < 29 ? bytes((2 << 5) | text.length, text) : bytes((2 << 5) | 29, text.length - 29, text)
  }
  const entries = Object.entries(data)
  return bytes((7 << 5) | entries.length, ...entries.flatMap(([name, value]) => [encoded(name), encoded(value)]))
}

function bitsOf(ip: string): number[] {
  const { hostname } = new URL(isIPv6(ip) ? `http://[${ip}]` : `http://[::${ip}]`)
  const [head = '', tail = ''] = hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16)))
  const [before, after] = [groups(head), groups(tail)]
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
  return all.flatMap(group => Array.from({ length: 16 }, (_, i) => (group >> (15 - i)) & 1))
}

interface Node {
  readonly children: [Node | undefined, Node | undefined]
  data?: Data
}

const node = (): Node => ({ children: [undefined, undefined] })

function put(root: Node, range: string, data: Data): void {
  const [ip = '', length = ''] = range.split('/')
  const bits = bitsOf(ip).slice(0, Number(length) + (isIPv6(ip) ? 0 : 96))
  let at = root
  for (const bit of bits) {
    const next = at.children[bit] ?? node()
    at.children[bit] = next
    at = next
  }
  at.data = data
}

const record = (value: number) => uint32(value).subarray(1)

/** A database in MaxMind's format (version 2.0, IPv6 with IPv4 within, records of 24 bits): what it tells, by ranges that don't overlap. */
export function mmdb(told: Readonly<Record<string, Data>>): Buffer {
  const root = node()
  for (const [range, data] of Object.entries(told)) put(root, range, data)
  const nodes: Node[] = [root]
  // Those that are found are looked through too.
  for (const { children } of nodes)
    for (const child of children) if (child !== undefined && child.data === undefined) nodes.push(child)
  const numbers = new Map(nodes.map((each, i) => [each, i]))
  let data = Buffer.alloc(0)
  const pointer = (child: Node | undefined): number => {
    if (child === undefined) return nodes.length
    if (child.data === undefined) return numbers.get(child) ?? 0
    const at = data.length
    data = bytes(data, encoded(child.data))
    return nodes.length + 16 + at
  }
  const tree = bytes(...nodes.flatMap(({ children }) => children.map(child => record(pointer(child)))))
  const metadata = encoded({
    ...{ node_count: nodes.length, record_size: 24, ip_version: 6, database_type: 'test' },
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1_768_478_400 },
  })
  return bytes(tree, Buffer.alloc(16), data, Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com'), metadata)
}

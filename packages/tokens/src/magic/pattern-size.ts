/** Escapes and classes as one, counts, brackets, and all other characters: as RE2 reads them. */
const lexeme = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:[^\]]*:\]|[^\]\\])*\]|\{(\d{1,9})(?:,(\d{0,9}))?\}|[\s\S]/g

/** About how many steps a pattern has when its counts are written out. Compiling costs by that, so it must be known before. */
export function writtenOut(text: string): number {
  const around: number[] = []
  let [size, last] = [0, 0]
  for (const [word, least, most] of text.matchAll(lexeme)) {
    if (least !== undefined) {
      const count = Math.max(1, most === '' ? Number(least) + 1 : Number(most ?? least))
      size += last * (count - 1)
      last *= count
    } else if (word === '(') {
      around.push(size)
      size = 0
    } else {
      last = word === ')' ? size + 2 : 1
      size = word === ')' ? (around.pop() ?? 0) + last : size + last
    }
  }
  return size + around.reduce((sum, outer) => sum + outer, 0)
}

const property = /\\p/gi

/** How many classes by property a pattern has, such as `\pL`: they are large, and slow to read. */
export const propertiesIn = (text: string): number => [...text.matchAll(property)].length

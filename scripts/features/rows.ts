/** A feature that must work: a row of docs/features.md. */
export type Row = { id: string; name: string }

const ROW = /^\| ([A-Z]\d+) ([^|]+?) +\|/

/** Reads the rows of docs/features.md's tables. Throws when two bear the same id. */
export function parseRows(markdown: string): Row[] {
  const rows = new Map<string, Row>()
  for (const line of markdown.split('\n')) {
    const [, id, name] = ROW.exec(line) ?? []
    if (id === undefined || name === undefined) continue
    if (rows.has(id)) throw new Error(`two rows bear the id ${id}`)
    rows.set(id, { id, name })
  }
  return [...rows.values()]
}

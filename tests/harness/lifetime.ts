/** How long something of a test's lasts: a test's own context, or `{ after }` of node:test for those of a whole file. */
export interface Lifetime {
  after(undo: () => unknown): void
}

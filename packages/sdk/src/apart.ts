import { settled } from '@sallyport/core'

/** Does what no call depends on. Where that fails, at once or later, somebody is told; where even that can't be, nobody. */
export function apart(work: () => unknown, fault: (error: unknown) => void): void {
  const tell = (error: unknown) => {
    try {
      fault(error)
    } catch {
      // Who is told of errors was the last who could be.
    }
  }
  try {
    const done = settled(work(), () => undefined)
    if (done instanceof Promise) done.catch(tell)
  } catch (error) {
    tell(error)
  }
}

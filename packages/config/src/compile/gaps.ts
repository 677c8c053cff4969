import { type Path, pathText } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'

/** What no operation can do without, and what it means that it is not written. */
const needs = {
  identify: 'who may call is not said (open ones say identify: anonymous)',
  authorize: 'what callers need is not said (open ones say authorize: anyone)',
  'enforced authorize': 'what is only tried refuses nobody (open ones say authorize: anyone beside it)',
  forward: 'nobody answers',
} as const

interface Gap {
  readonly need: keyof typeof needs
  readonly path: Path
  readonly ids: string[]
}

/** What operations lack. Those that one place speaks for, such as all of an OpenAPI document, are told of together. */
export class Gaps {
  readonly #gaps = new Map<string, Gap>()

  add(need: keyof typeof needs, id: string, path: Path): void {
    const key = `${need} ${pathText(path)}`
    const gap = this.#gaps.get(key) ?? { need, path, ids: [] }
    gap.ids.push(id)
    this.#gaps.set(key, gap)
  }

  report(work: Compilation): void {
    for (const { need, path, ids } of this.#gaps.values()) {
      const [first, ...others] = ids
      const which = others.length === 0 ? `${first} has` : `${first} and ${others.length} more have`
      work.mistake(path, `${which} no ${need}: ${needs[need]}`)
    }
  }
}

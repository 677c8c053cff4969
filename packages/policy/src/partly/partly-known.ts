import { UnknownFact } from './unknown-fact.ts'

/** What is known by name, where of some names nothing is known: reading one throws UnknownFact. */
export class PartlyKnown<Value> extends Map<string, Value> {
  readonly #isKnown: (name: string) => boolean
  readonly #of: string

  /** `of` names it: `context.headers`. */
  constructor(known: Iterable<readonly [string, Value]>, of: string, isKnown: (name: string) => boolean) {
    super(known)
    this.#isKnown = isKnown
    this.#of = of
  }

  #require(name: string): void {
    if (!super.has(name) && !this.#isKnown(name)) throw new UnknownFact(`${this.#of}.${name}`)
  }

  /** The same, of which one more is known: what it is, or undefined where there is none. */
  changed(name: string, value: Value | undefined): PartlyKnown<Value> {
    const others = [...this].filter(([other]) => other !== name)
    const members = value === undefined ? others : [...others, [name, value] as const]
    return new PartlyKnown(members, this.#of, other => other === name || this.#isKnown(other))
  }

  override get(name: string): Value | undefined {
    this.#require(name)
    return super.get(name)
  }

  override has(name: string): boolean {
    this.#require(name)
    return super.has(name)
  }

  /** The same for who must not take what is known for all that there is: to list or count it throws UnknownFact. */
  uncounted(inner: (value: Value) => Value): PartlyKnown<Value> {
    const known = [...this].map(([name, value]) => [name, inner(value)] as const)
    return new Uncounted(known, this.#of, this.#isKnown)
  }
}

class Uncounted<Value> extends PartlyKnown<Value> {
  readonly #all: string

  constructor(known: Iterable<readonly [string, Value]>, of: string, isKnown: (name: string) => boolean) {
    super(known, of, isKnown)
    this.#all = of
  }

  #unknown(): never {
    throw new UnknownFact(`all of ${this.#all}`)
  }

  override get size(): number {
    return this.#unknown()
  }

  override [Symbol.iterator](): never {
    return this.#unknown()
  }

  override entries(): never {
    return this.#unknown()
  }

  override keys(): never {
    return this.#unknown()
  }

  override values(): never {
    return this.#unknown()
  }

  override forEach(): never {
    return this.#unknown()
  }
}

/** Members of a set, where of some nothing is known: asking for one throws UnknownFact. */
export class PartlyKnownSet extends Set<string> {
  readonly #isKnown: (member: string) => boolean
  readonly #of: string

  /** `of` names it: `roles`. */
  constructor(known: Iterable<string>, of: string, isKnown: (member: string) => boolean) {
    super(known)
    this.#isKnown = isKnown
    this.#of = of
  }

  /** The same, of which one more is known: whether it is a member. */
  changed(member: string, has: boolean): PartlyKnownSet {
    const others = [...this].filter(other => other !== member)
    const isKnown = (other: string) => other === member || this.#isKnown(other)
    return new PartlyKnownSet(has ? [...others, member] : others, this.#of, isKnown)
  }

  override has(member: string): boolean {
    const known = super.has(member)
    if (!known && !this.#isKnown(member)) throw new UnknownFact(`${this.#of} ${member}`)
    return known
  }

  /** The same for who must not take what is known for all that there is: it is never known to be empty. */
  uncounted(): PartlyKnownSet {
    return new NeverEmpty(this, this.#of, this.#isKnown)
  }
}

class NeverEmpty extends PartlyKnownSet {
  override get size(): number {
    return Math.max(1, super.size)
  }
}

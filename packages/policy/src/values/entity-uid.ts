/** Names an entity: its type, with namespaces (`Shop::Order`), and its id. */
export class EntityUid {
  readonly type: string
  readonly id: string
  #key: string | undefined

  constructor(type: string, id: string) {
    this.type = type
    this.id = id
  }

  /** One text for each entity: a type holds no quotation mark. */
  get key(): string {
    this.#key ??= `${this.type}::"${this.id}`
    return this.#key
  }

  is(other: EntityUid): boolean {
    return this === other || (this.id === other.id && this.type === other.type)
  }
}

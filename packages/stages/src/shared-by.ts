interface Node<Value> {
  readonly next: Map<unknown, Node<Value>>
  made?: { readonly value: Value }
}

const emptyNode = <Value>(): Node<Value> => ({ next: new Map() })

/** Makes one value for the same parts in the same order; parts are told apart by identity. `make` must need nothing else. */
export function sharedBy<Parts extends readonly unknown[], Value>(
  make: (...parts: Parts) => Value,
): (...parts: Parts) => Value {
  const root = emptyNode<Value>()
  return (...parts) => {
    let node = root
    for (const part of parts) {
      const next = node.next.get(part) ?? emptyNode<Value>()
      node.next.set(part, next)
      node = next
    }
    node.made ??= { value: make(...parts) }
    return node.made.value
  }
}

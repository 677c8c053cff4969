/** Names that nobody chose to fill memory with: longer ones, and those beyond the count, are worked out every time. */
const longest = 64
const most = 2_048

/** A pure function of short texts that come again and again, such as field names, with what it gave before. */
export function remembered<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return text => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = work(text)
    // A text may be a window of a longer one, which would stay with it: what stays is a copy.
    if (text.length <= longest && known.size < most) known.set([...text].join(''), made)
    return made
  }
}

/** What is made of an object, once: the same as before for as long as the object is known. */
export function onceEach<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const known = new WeakMap<Key, Made>()
  return key => {
    const made = known.get(key) ?? make(key)
    known.set(key, made)
    return made
  }
}

/** Goes on with a value, at once where it is there already: a promise for every step would cost more than most steps. */
export function after<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** Does work. What goes wrong, at once or later, is told. */
export function attempt<Value>(
  work: () => Value | Promise<Value>,
  refuse: (error: unknown) => never,
): Value | Promise<Value> {
  try {
    const value = work()
    return value instanceof Promise ? value.catch(refuse) : value
  } catch (error) {
    return refuse(error)
  }
}

/** Goes on with a value, at once where it is there already: a promise for every step would cost more than most steps. */
export function after<A, B>(value: A | Promise<A>, next: (value: A) => B | Promise<B>): B | Promise<B> {
  return value instanceof Promise ? value.then(next) : next(value)
}

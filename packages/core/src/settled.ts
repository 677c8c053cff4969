function isAwaited<A>(value: A | PromiseLike<A>): value is PromiseLike<A> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject && 'then' in value && typeof value.then === 'function'
}

/** Goes on with what others' code gave: at once, unless it is something that `await` would wait for, whoever made that. */
export const settled = <A, B>(value: A | PromiseLike<A>, next: (value: A) => B | Promise<B>): B | Promise<B> =>
  isAwaited(value) ? Promise.resolve(value).then(next) : next(value)

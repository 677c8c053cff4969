/** Whether something holds; undefined where that can't be told. */
export type Truth = boolean | undefined

/** False where one is false, else unknown where one is. */
export const allOf = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(undefined) ? undefined : true

/** True where one is true, else unknown where one is. */
export const anyOf = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes(undefined) ? undefined : false

import { HeaderList, type HeaderPairs } from '@sallyport/core'

/** The fields without those of these lower-case names, and with others behind them. */
export function replaced(headers: HeaderPairs, without: ReadonlySet<string>, more: HeaderPairs): HeaderPairs {
  const { names } = new HeaderList(headers)
  return [...headers.filter((_, i) => !without.has(names[i >> 1] ?? '')), ...more]
}

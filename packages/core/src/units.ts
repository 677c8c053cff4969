const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const bytes = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, kB: 1e3, MB: 1e6, GB: 1e9 } as const
const windows = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

type Scale = Readonly<Record<string, number>>

function scaled(text: string, scale: Scale): number | undefined {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,3})?)\s?([A-Za-z]+)$/.exec(text) ?? []
  if (digits === undefined || unit === undefined || !Object.hasOwn(scale, unit)) return undefined
  return Math.round(Number(digits) * (scale[unit] ?? Number.NaN))
}

/** `250ms`, `30s`, `5m`, `12h`, `30d` as milliseconds; undefined where the text is none of these. */
export function readDuration(text: string): number | undefined {
  return scaled(text, milliseconds)
}

/** `512B`, `64KiB`, `10MiB`, `2GiB` (powers of 1024) or `kB`, `MB`, `GB` (powers of 1000) as bytes. */
export function readSize(text: string): number | undefined {
  return scaled(text, bytes)
}

/** So many in a stretch of time. */
export interface Rate {
  readonly count: number
  readonly windowMs: number
}

/** `100/second`, `2000/day`, `5/10m` as a count and the window's milliseconds. */
export function readRate(text: string): Rate | undefined {
  const [, digits, window] = /^(\d{1,12})\s?\/\s?(\w+)$/.exec(text) ?? []
  if (digits === undefined || window === undefined) return undefined
  const windowMs = Object.hasOwn(windows, window) ? windows[window as keyof typeof windows] : readDuration(window)
  const count = Number(digits)
  return windowMs === undefined || windowMs === 0 || count === 0 ? undefined : { count, windowMs }
}

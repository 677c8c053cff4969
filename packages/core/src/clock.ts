/** Where time comes from. `now` is milliseconds since 1970-01-01T00:00:00Z; `elapsed` is monotonic milliseconds. */
export interface Clock {
  now(): number
  elapsed(): number
}

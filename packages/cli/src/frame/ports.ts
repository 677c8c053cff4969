import type { Clock } from '@sallyport/core'

/** Where a command writes. */
export interface Output {
  write(text: string): unknown
  /** Whether people read it, so that colour helps them. */
  readonly isTTY?: boolean | undefined
}

/** All that commands get of the world. */
export interface Ports {
  readonly stdout: Output
  readonly stderr: Output
  /** `isTTY` where a person types. */
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Paths that a user gives are relative to it. */
  readonly cwd: string
  readonly clock: Clock
  /** That many random bytes. */
  readonly random: (count: number) => Uint8Array
  readonly version: string
}

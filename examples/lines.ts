/** Where a started example can be called, and where it keeps what. */
export interface Started {
  readonly url: string
  /** The API itself, behind the gateway. */
  readonly api: string
  /** A file of the example's, as seen from where the lines are typed. */
  readonly file: (name: string) => string
  /** The data folder, where it is not the usual one. */
  readonly data: string | undefined
}

/** A line for a shell, and what it shows. */
export type Line = readonly [told: string, line: string]

/** How they are printed. */
export const linesText = (lines: readonly Line[]): string =>
  lines.map(([told, line]) => `\n  ${told}\n    ${line}\n`).join('')

/** What a password may have to have. */
export const passwordNeeds = ['upper', 'lower', 'digit', 'special'] as const
export type PasswordNeed = (typeof passwordNeeds)[number]

/** What a password has to have: so many characters, and one of each of these. */
export interface PasswordRule {
  readonly minLength?: number
  readonly needs?: readonly PasswordNeed[]
  /** The characters of which `special` wants one. */
  readonly special?: string
}

type Named = readonly [name: string, within: (text: string) => boolean]

/** What each is called, and where it is. */
const classes: Readonly<Record<PasswordNeed, (special: string) => Named>> = {
  upper: () => ['an upper-case letter', text => /\p{Lu}/u.test(text)],
  lower: () => ['a lower-case letter', text => /\p{Ll}/u.test(text)],
  digit: () => ['a digit', text => /\d/.test(text)],
  special: special => [`one of ${special}`, text => [...text].some(character => special.includes(character))],
}

/** Says of a password each thing that it lacks, by name, and nothing else about it. */
export function lacking({ minLength = 8, needs = [], special = '!@#$%^&*' }: PasswordRule): (text: string) => string[] {
  const wanted = needs.map(need => classes[need](special))
  return text => [
    ...([...text].length < minLength ? [`at least ${minLength} characters`] : []),
    ...wanted.filter(([, within]) => !within(text)).map(([name]) => name),
  ]
}

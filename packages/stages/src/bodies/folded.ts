/**
 * A member's name as readers have it that pass over case, as those of Go, Java and C# may be told to; Go's folds some further letters too, Java's
 * takes an i with or without a dot for one. In C a text ends at a null character.
 */
export const folded = (name: string): string =>
  name.replace(/\0.*$/s, '').normalize('NFKC').toUpperCase().toLowerCase().replaceAll('\u0307', '')

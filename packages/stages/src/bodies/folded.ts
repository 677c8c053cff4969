/** A name as readers of JSON take it that pass over case, as those in Go, Java and C# may: Go's folds some further letters too. */
export const folded = (name: string): string => name.normalize('NFKC').toLowerCase()

import { commonPairs, commonWalks, commonWords } from './common-words.ts'

/** Longer texts are judged by their beginning; what follows could only raise the estimate. */
const longestJudged = 256
const longestWord = Math.max(...commonWords.map(word => word.length))
const words = new Set(commonWords)
const walks = commonWalks.flatMap(walk => [walk, [...walk].reverse().join('')])
const wordBits = Math.log2(commonWords.length)
const walkBits = Math.log2(walks.length * 8)
const pairBits = 2
const separatorBits = 2
const keptKindBits = 0.3

const lookalikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

const classes = [
  { letters: /[a-z]/, size: 26 },
  { letters: /[A-Z]/, size: 26 },
  { letters: /[0-9]/, size: 10 },
  { letters: /[^A-Za-z0-9]/, size: 33 },
] as const

/** Bits of one letter, if each were drawn alike from the kinds of letter that the text uses. */
function evenBits(text: string): number {
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text)) return 4
  return Math.log2(classes.reduce((sum, kind) => sum + (kind.letters.test(text) ? kind.size : 0), 0))
}

/** Bits of the letter at `at` after the one before it: people keep to one kind of letter and to the pairs of their language. */
function letterBits(text: string, at: number, even: number): number {
  const pair = text.slice(Math.max(0, at - 1), at + 1)
  if (commonPairs.has(pair.toLowerCase())) return Math.min(pairBits, even)
  if (/[-_ .]$/.test(pair)) return Math.min(separatorBits, even)
  const kept = classes.find(kind => pair.length === 2 && [...pair].every(letter => kind.letters.test(letter)))
  return kept === undefined ? even : Math.min(even, Math.log2(kept.size) + keptKindBits)
}

/** How long a stretch from `at` on was seen before: a letter repeated, a block repeated. */
function repeated(text: string, at: number): number {
  let longest = 0
  for (let from = 0; from < at; from += 1) {
    let length = 0
    while (at + length < text.length && text[from + length] === text[at + length]) length += 1
    longest = Math.max(longest, length)
  }
  return longest
}

function walked(text: string, at: number): number {
  let length = 2
  while (at + length < text.length && walks.some(walk => walk.includes(text.slice(at, at + length + 1)))) length += 1
  return length
}

function plainLetters(text: string): string {
  return text.replace(/[013457@$!]/g, letter => lookalikes[letter] ?? letter)
}

/** Whether a secret says what it is, as placeholders do; one drawn at random practically never does. */
export function speaksOfItself(secret: string): boolean {
  return /secret|passw|change|replace|example|default|random|secur|token|production/.test(
    plainLetters(secret.toLowerCase()),
  )
}

/**
 * About how many bits an attacker who knows how people make secrets needs for this one: the cheapest way to write it as common
 * words, keyboard walks, repetitions, letter pairs of human language, and single letters. An estimate from above: who knows
 * more about the author needs fewer.
 */
export function guessableBits(secret: string): number {
  const text = secret.slice(0, longestJudged)
  const small = text.toLowerCase()
  const plain = plainLetters(small)
  const even = evenBits(text)
  const cheapest = new Array<number>(text.length + 1).fill(Number.POSITIVE_INFINITY)
  cheapest[0] = 0
  const reach = (end: number, bits: number) => {
    cheapest[end] = Math.min(cheapest[end] ?? Number.POSITIVE_INFINITY, bits)
  }
  for (let at = 0; at < text.length; at += 1) {
    const before = cheapest[at] ?? 0
    reach(at + 1, before + letterBits(text, at, even))
    for (let length = 1; length <= longestWord && at + length <= text.length; length += 1) {
      const isWord = words.has(small.slice(at, at + length)) || words.has(plain.slice(at, at + length))
      if (isWord) reach(at + length, before + wordBits)
    }
    for (let length = walked(small, at); length >= 3; length -= 1)
      reach(at + length, before + walkBits + Math.log2(length))
    for (let length = repeated(small, at); length >= 3; length -= 1)
      reach(at + length, before + Math.log2(at) + Math.log2(length))
  }
  return cheapest[text.length] ?? 0
}

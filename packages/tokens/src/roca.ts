const primes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157] as const

/** The powers of 65537 modulo a prime. */
function powers(prime: number): ReadonlySet<number> {
  const found = new Set<number>()
  for (let power = 1; !found.has(power); power = (power * 65537) % prime) found.add(power)
  return found
}

const subgroups = primes.map(prime => ({ prime: BigInt(prime), residues: powers(prime) }))

/**
 * Whether a base64url modulus looks as Infineon's faulty library made them (CVE-2017-15361), which can be factored: modulo
 * these primes it is a power of 65537 (Nemec and others, "The Return of Coppersmith's Attack", section 2).
 * A sound key does so by chance in one of about 2^28.
 */
export function hasRocaFingerprint(modulus: string): boolean {
  const n = BigInt(`0x0${Buffer.from(modulus, 'base64url').toString('hex')}`)
  return subgroups.every(({ prime, residues }) => residues.has(Number(n % prime)))
}

/** An ASN.1 INTEGER (X.690 section 8.3): no leading zeros, but one where the first bit would be a sign. */
function integer(magnitude: Buffer): Buffer {
  const first = magnitude.findIndex(byte => byte !== 0)
  const digits = first === -1 ? Buffer.of(0) : magnitude.subarray(first)
  const sign = (digits[0] ?? 0) > 0x7f ? [0] : []
  return Buffer.from([0x02, sign.length + digits.length, ...sign, ...digits])
}

/**
 * An ECDSA signature of JWS, its two numbers side by side (RFC 7518 section 3.4), as the SEQUENCE of two INTEGERs that other software
 * knows (RFC 3279 section 2.2.3). At most 132 bytes, so that one byte tells each number's length.
 */
export function derOf(signature: Buffer): Buffer {
  const half = signature.length / 2
  const body = Buffer.concat([integer(signature.subarray(0, half)), integer(signature.subarray(half))])
  const length = body.length > 0x7f ? [0x81, body.length] : [body.length]
  return Buffer.concat([Buffer.from([0x30, ...length]), body])
}

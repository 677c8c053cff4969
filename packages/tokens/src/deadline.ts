/** Never fulfilled; rejected when the signal ends what was asked of `whom`. */
export function rejectedBy(signal: AbortSignal, whom: string): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`${whom} didn't answer in time`)), { once: true })
  })
}

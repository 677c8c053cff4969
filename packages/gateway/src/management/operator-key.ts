import { mkdir, open, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Secret } from '@sallyport/core'

const keyBytes = 32
const shape = /^[A-Za-z0-9_-]{43,128}$/

/** That many random bytes. */
export type RandomBytes = (count: number) => Uint8Array

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

/** Makes the key unless there is one: whoever comes first wins. */
async function makeOnce(path: string, random: RandomBytes): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const key = Buffer.from(random(keyBytes)).toString('base64url')
  try {
    await writeFile(path, `${key}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** The operator's key, made at the first start. Throws where others than its owner may read it, or where it is no key. */
export async function openOperatorKey(path: string, random: RandomBytes): Promise<Secret> {
  await makeOnce(path, random)
  const file = await open(path, 'r')
  try {
    const { mode } = await file.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error(`${path} can be read by others: delete it, and a new key is made at the next start`)
    }
    const key = (await file.readFile('utf8')).trim()
    if (!shape.test(key))
      throw new Error(`${path} holds no operator's key: delete it, and one is made at the next start`)
    return new Secret(key)
  } finally {
    await file.close()
  }
}

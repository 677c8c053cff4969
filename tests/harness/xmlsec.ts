import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Calls `use` with the paths of files that hold these texts. */
async function withFiles<Value>(
  texts: Readonly<Record<string, string>>,
  use: (paths: Readonly<Record<string, string>>) => Promise<Value>,
): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'xmlsec-'))
  try {
    const paths = Object.keys(texts).map(name => [name, join(folder, name)] as const)
    await Promise.all(paths.map(([name, path]) => writeFile(path, texts[name] ?? '')))
    return await use(Object.fromEntries(paths))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const idsOf = (elements: readonly string[]) => elements.flatMap(element => ['--id-attr:Id', element])

/** Whether xmlsec1 finds the signature of a document good. `elements` are those whose attribute Id is an id. */
export const isGoodToXmlsec = (xml: string, publicPem: string, elements: readonly string[] = []): Promise<boolean> =>
  withFiles({ 'a.xml': xml, 'key.pem': publicPem }, async paths => {
    const args = ['--verify', '--pubkey-pem', paths['key.pem'] ?? '', ...idsOf(elements), paths['a.xml'] ?? '']
    return run('xmlsec1', args).then(
      () => true,
      () => false,
    )
  })

/** What xmlsec1 signs with: a private key in PEM, or the bytes of a secret. */
export type XmlsecKey = { readonly privatePem: string } | { readonly secret: string }

/** A document whose Signature is a template (its values empty), signed by xmlsec1. */
export function signedByXmlsec(xml: string, key: XmlsecKey, elements: readonly string[] = []): Promise<string> {
  const [option, text] = 'secret' in key ? ['--hmackey', key.secret] : ['--privkey-pem', key.privatePem]
  return withFiles({ 'a.xml': xml, key: text }, async paths => {
    const args = ['--sign', option, paths.key ?? '', ...idsOf(elements), paths['a.xml'] ?? '']
    return (await run('xmlsec1', args)).stdout
  })
}

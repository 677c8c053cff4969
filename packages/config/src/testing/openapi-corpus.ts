import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** The real OpenAPI documents under `$SALLYPORT_CORPORA`, name and text each. */
export function* openApiCorpus(corpora: string): Generator<readonly [name: string, text: string]> {
  const folder = join(corpora, 'openapi-real')
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(?:ya?ml|json)(?:\.gz)?$/.test(file)) continue
    const bytes = readFileSync(join(folder, file))
    yield [basename(file), (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()]
  }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { app, createToken, implement, jwt, scopes, serve } from '@sallyport/sdk'
import { bytes, endpoint, stream } from '@sallyport/sdk/client'
import { build } from 'esbuild'
import { z } from 'zod'
import { browse, noChromium, startPages } from '../harness/chromium.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A module as browsers are given it: all that it imports in one script, which fails where something is Node's. */
async function bundled(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    ...{ bundle: true, minify: true, write: false, metafile: true },
    ...{ platform: 'browser', format: 'iife', globalName: 'shop', logLevel: 'silent' },
  })
  return { text: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) }
}

test('the client brings nothing of the server, of Node or of npm to a browser', async () => {
  const { text, inputs } = await bundled(`export * from '@sallyport/sdk/client'`)
  const own =
    /^packages\/(?:core\/src\/(?:portable\/index|loopback|media-type|problems|target|template)|sdk\/src\/(?:client\/[a-z]+|endpoint|http-token|media|usual-status))\.ts$/
  assert.deepEqual(
    inputs.filter(path => !own.test(path)),
    ['<stdin>'],
  )
  assert.ok(text.length < 20_000, `${text.length} bytes`)
})

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const contract = `endpoint('POST /orders/{shop}', {
  body: z.strictObject({ item: z.string() }), response: z.object({ item: z.string(), at: z.string() }), status: 201,
})`
const order = endpoint('POST /orders/{shop}', {
  body: z.strictObject({ item: z.string() }),
  response: z.object({ item: z.string(), at: z.string() }),
  status: 201,
})
const mirrored = `endpoint('POST /mirror', { body: bytes('image/png'), response: stream('image/png') })`
const mirror = endpoint('POST /mirror', { body: bytes('image/png'), response: stream('image/png') })

test('in Chromium a page calls an application by its endpoints, reads a stream of it, and reads why it is refused', async t => {
  if (noChromium !== undefined) return t.skip(noChromium)
  const pages = await startPages(t)
  const { url, close } = await serve(
    await app({
      operations: [
        implement(order, { identify: jwt({ secret }), authorize: scopes('order') }, ({ params, body }) => ({
          item: body.item,
          at: params.shop ?? '',
        })),
        implement(mirror, { identify: jwt({ secret }), authorize: scopes('order') }, async function* ({ body }) {
          for (;;) yield body
        }),
      ],
      protect: { cors: { origins: [pages.origin], headers: ['Authorization', 'Content-Type'] } },
    }),
    { port: 0 },
  )
  t.after(() => close(0))
  const { text } = await bundled(
    `import { z } from 'zod'\nimport { bytes, endpoint, stream } from '@sallyport/sdk/client'\nexport { client } from '@sallyport/sdk/client'\nexport const order = ${contract}\nexport const mirror = ${mirrored}`,
  )
  const calls = `${text}
    const calling = scope => shop.client({ url: ${JSON.stringify(url)}, credential: { bearer: scope } })
    const given = { params: { shop: 'a/b c' }, body: { item: 'bolt' } }
    const [good, poor] = ${JSON.stringify(['order', 'other'].map(scope => createToken({ sub: 'ann', scope }, { secret })))}
    const made = await calling(good).call(shop.order, given)
    const refused = await calling(poor).call(shop.order, given).catch(({ name, status, code, missing }) => ({ name, status, code, missing }))
    const pieces = await calling(good).call(shop.mirror, { body: Uint8Array.of(137, 80) })
    const seen = []
    for await (const piece of pieces) {
      seen.push(...piece)
      if (seen.length >= 4) break
    }
    return { made, refused, seen: seen.slice(0, 4) }`
  const told = pages.next()
  await browse(t, pages.page(calls))
  assert.deepEqual(await told, {
    made: { item: 'bolt', at: 'a/b c' },
    refused: { name: 'Refused', status: 403, code: 'scope-missing', missing: { scopes: ['order'], roles: [] } },
    seen: [137, 80, 137, 80],
  })
})

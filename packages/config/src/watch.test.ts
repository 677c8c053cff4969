import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, unlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createContentWatch, watchFiles } from './watch.ts'

interface Scene {
  readonly folder: string
  readonly file: string
  /** Looks until nothing is unsettled, and gives what was told meanwhile. */
  told(): Promise<string[][]>
  readonly watch: ReturnType<typeof createContentWatch>
}

/** A folder with `a.yaml`, watched, already looked at once. */
async function scene(
  t: TestContext,
  options: { paths?: (folder: string) => string[]; content?: string } = {},
): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-watch-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'a.yaml')
  await writeFile(file, options.content ?? 'one')
  const all: string[][] = []
  const paths = options.paths?.(folder) ?? [file]
  const watch = createContentWatch({
    paths: () => paths,
    onChange: changed => void all.push(changed.map(path => path.slice(folder.length + 1))),
  })
  await watch.poll()
  const told = async () => {
    while (await watch.poll());
    return all.splice(0)
  }
  return { folder, file, told, watch }
}

test('new content in place is told once', async t => {
  const { file, told } = await scene(t)
  assert.deepEqual(await told(), [])
  await writeFile(file, 'two')
  assert.deepEqual(await told(), [['a.yaml']])
  assert.deepEqual(await told(), [])
})

test('content of the same length and with the old times is told too', async t => {
  const { file, told } = await scene(t)
  await utimes(file, 1, 1)
  assert.deepEqual(await told(), [])
  await writeFile(file, 'two')
  await utimes(file, 1, 1)
  assert.deepEqual(await told(), [['a.yaml']])
})

test('a touch without new content is not told, nor is the same content in a new file', async t => {
  const { folder, file, told } = await scene(t)
  await utimes(file, 5, 5)
  assert.deepEqual(await told(), [])
  await writeFile(join(folder, 'new'), 'one')
  await rename(join(folder, 'new'), file)
  assert.deepEqual(await told(), [])
})

test('a file renamed over the watched one is told', async t => {
  const { folder, file, told } = await scene(t)
  await writeFile(join(folder, 'new'), 'two')
  await rename(join(folder, 'new'), file)
  assert.deepEqual(await told(), [['a.yaml']])
})

test('truncation, deletion and re-creation are told', async t => {
  const { file, told } = await scene(t)
  await truncate(file, 0)
  assert.deepEqual(await told(), [['a.yaml']])
  await unlink(file)
  assert.deepEqual(await told(), [['a.yaml']])
  assert.deepEqual(await told(), [])
  await writeFile(file, '')
  assert.deepEqual(await told(), [['a.yaml']])
})

test('a file that was missing is told when it comes, with the folder that it was missing with', async t => {
  const { folder, told } = await scene(t, { paths: folder => [join(folder, 'sub/b.yaml')] })
  assert.deepEqual(await told(), [])
  await mkdir(join(folder, 'sub'))
  assert.deepEqual(await told(), [])
  await writeFile(join(folder, 'sub/b.yaml'), 'x')
  assert.deepEqual(await told(), [['sub/b.yaml']])
})

test('another target of a symbolic link is told, of the file or of a folder above as Kubernetes swaps them', async t => {
  const { folder, told } = await scene(t, {
    paths: folder => ['..data/b.yaml', 'b.yaml'].map(name => join(folder, name)),
  })
  for (const version of ['v1', 'v2', 'v3']) {
    await mkdir(join(folder, version))
    await writeFile(join(folder, version, 'b.yaml'), version === 'v3' ? 'v2' : version)
  }
  await symlink('v1', join(folder, '..data'))
  await symlink('..data/b.yaml', join(folder, 'b.yaml'))
  assert.deepEqual(await told(), [['..data/b.yaml', 'b.yaml']])
  const swap = async (version: string) => {
    await symlink(version, join(folder, '..data_tmp'))
    await rename(join(folder, '..data_tmp'), join(folder, '..data'))
  }
  await swap('v2')
  assert.deepEqual(await told(), [['..data/b.yaml', 'b.yaml']])
  await swap('v3')
  assert.deepEqual(await told(), [], 'another file with the same content changes nothing')
})

test('a file that is still being written is told once it holds still for two looks', async t => {
  const { file, watch, told } = await scene(t)
  for (const part of ['t', 'tw', 'two']) {
    await writeFile(file, part)
    assert.equal(await watch.poll(), true)
  }
  assert.deepEqual(await told(), [['a.yaml']])
})

test('a change that is taken back before it settles is not told', async t => {
  const { file, watch, told } = await scene(t)
  await writeFile(file, 'two')
  assert.equal(await watch.poll(), true)
  await writeFile(file, 'one')
  assert.deepEqual(await told(), [])
})

test('a settling file is read again though the file system sees no difference between two writes', async t => {
  const { file } = await scene(t)
  const told: (readonly string[])[] = []
  let signature = 'before'
  const watch = createContentWatch({
    paths: () => [file],
    onChange: changed => void told.push(changed),
    readSignature: async () => signature,
  })
  await watch.poll()
  signature = 'after'
  await writeFile(file, 'two')
  assert.equal(await watch.poll(), true)
  await writeFile(file, 'new')
  assert.equal(await watch.poll(), true)
  assert.equal(await watch.poll(), false)
  assert.equal(told.length, 1)
})

test('a change between reading and the first look is told, since the content acted on is known', async t => {
  const { file } = await scene(t)
  const told: (readonly string[])[] = []
  const watch = createContentWatch({ paths: () => [file], onChange: changed => void told.push(changed) })
  watch.saw(file, await readFile(file))
  await writeFile(file, 'two')
  while (await watch.poll());
  assert.equal(told.length, 1)
  watch.saw(file, Buffer.from('two'))
  while (await watch.poll());
  watch.saw(file, undefined)
  while (await watch.poll());
  assert.equal(told.length, 2, 'a file that was missing when it was read is there now')
})

test('the paths are asked anew at every look', async t => {
  const { folder, file } = await scene(t)
  const told: (readonly string[])[] = []
  const other = join(folder, 'b.yaml')
  let paths = [file]
  const watch = createContentWatch({ paths: () => paths, onChange: changed => void told.push(changed) })
  await watch.poll()
  paths = [other]
  await watch.poll()
  await writeFile(file, 'two')
  await writeFile(other, 'two')
  while (await watch.poll());
  assert.deepEqual(told, [[other]])
})

test('what is no file is watched without being read', async t => {
  const { folder, told } = await scene(t, { paths: folder => [folder, '/dev/zero', '/dev/null/x', '\0'] })
  assert.deepEqual(await told(), [])
  await writeFile(join(folder, 'other'), 'x')
  assert.deepEqual(await told(), [])
})

test('an error of the listener is passed on and ends nothing', async t => {
  const { file } = await scene(t)
  const errors: unknown[] = []
  let calls = 0
  const watch = createContentWatch({
    paths: () => [file],
    onChange: async () => {
      calls += 1
      throw new Error('no')
    },
    onError: error => void errors.push(error),
  })
  await watch.poll()
  for (const content of ['two', 'three']) {
    await writeFile(file, content)
    while (await watch.poll());
  }
  assert.deepEqual([calls, errors.length], [2, 2])
})

test('two looks at once are one', async t => {
  const { watch } = await scene(t)
  assert.equal(watch.poll(), watch.poll())
})

test('after closing nothing is told', async t => {
  const { file, watch, told } = await scene(t)
  await writeFile(file, 'two')
  await watch.poll()
  watch.close()
  assert.deepEqual(await told(), [])
})

test('the watch with a timer tells a change by itself, and closes', async t => {
  const { file } = await scene(t)
  const changed = Promise.withResolvers<readonly string[]>()
  const watch = watchFiles({ paths: () => [file], onChange: changed.resolve, intervalMs: 1, settleMs: 1 })
  watch.saw(file, Buffer.from('something else'))
  // The watch's own timer keeps no process alive.
  const alive = setInterval(() => undefined, 1000)
  assert.deepEqual(await changed.promise, [file])
  clearInterval(alive)
  watch.close()
})

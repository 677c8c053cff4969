import assert from 'node:assert/strict'
import { exec, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { ROOT } from '../../scripts/child.ts'
import { sallyport } from '../harness/command.ts'
import { Heard } from '../harness/heard.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const run = promisify(exec)
const blocks = blocksOf(pageAt('docs/tutorial.md'))

// Beside node_modules, so that imports are found.
const folder = await mkdtemp(join(ROOT, '.made-tutorial-'))
after(() => rm(folder, { recursive: true, force: true }))

const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
const secret = { JWT_SECRET: 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR' }
const withoutPort = (text: string) => text.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')

/** Writes a file that a block shows under its name. Gives whether it is one. */
async function written(text: string): Promise<boolean> {
  const [, name] = /^(?:\/\/|#) (\S+\.(?:ts|yaml))\n/.exec(text) ?? []
  if (name !== undefined) await writeFile(join(folder, name), text)
  return name !== undefined
}

test('the files of the tutorial, written one after the other, say at each step what it shows', async () => {
  let said: string | undefined
  let compared = 0
  for (const { language, text } of blocks) {
    if (language === 'ts' || language === 'yaml') assert.ok(await written(text), text)
    if (language === 'sh') said = (await run(text, { cwd: folder, env })).stdout
    if (language !== 'text' || said === undefined) continue
    assert.equal(withoutPort(said).trimEnd(), text.trimEnd())
    said = undefined
    compared += 1
  }
  assert.equal(compared, blocks.filter(({ language }) => language === 'sh').length)
})

test('what the tutorial ends with is well typed', async () => {
  for (const { text } of blocks) await written(text)
  const files = ['contract.ts', 'app.ts', 'app.test.ts', 'start.ts', 'call.ts']
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../tsconfig.json', include: ['../packages/*/src/**/*.d.ts'], files }),
  )
  await run(`node ${join(ROOT, 'node_modules/typescript/bin/tsc')} -p .`, { cwd: folder, env })
})

test('the service of the tutorial stands behind the gateway by its document, and check tells who may call what', async t => {
  for (const { text } of blocks) await written(text)
  const service = spawn(process.execPath, ['start.ts'], { cwd: folder, env: { ...env, ...secret, PORT: '0' } })
  t.after(() => service.kill('SIGKILL'))
  const heard = new Heard(service.stdout)
  await heard.said('the shop is open at http://')
  await heard.said('\n')
  const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(heard.text) ?? []
  const yaml = blocks.find(({ language }) => language === 'yaml')?.text ?? ''
  await writeFile(join(folder, 'sallyport.yaml'), yaml.replaceAll(':8000', `:${port}`))
  const { out, err, status } = await sallyport(folder, ['check'], { env: secret })
  assert.deepEqual([status, err], [0, ''])
  const shown = blocks.at(-1)?.text ?? ''
  const words = (table: string) =>
    withoutPort(table)
      .trim()
      .split('\n')
      .slice(0, 3)
      .map(line => line.split(/\s{2,}/))
  assert.deepEqual(words(out), words(shown))
})

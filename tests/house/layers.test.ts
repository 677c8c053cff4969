import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { layerFaults } from '../../scripts/layers/faults.ts'

type Files = Record<string, string>

function manifest(folder: string, dependencies: readonly string[] = []): Files {
  const name = folder === 'sallyport' ? folder : `@sallyport/${folder}`
  const versions = Object.fromEntries(dependencies.map(dependency => [dependency, '1.0.0']))
  const json = { name, exports: { '.': './src/index.ts' }, dependencies: versions }
  return { [`packages/${folder}/package.json`]: JSON.stringify(json) }
}

/** Lays a house of these files and gives what the check says of it. */
function faultsOf(t: TestContext, files: Files): string[] {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-layers-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return layerFaults(root)
}

const CORE = { ...manifest('core'), 'packages/core/src/index.ts': 'export const word = 1\n' }
const OUTSIDE = { 'package.json': '{"devDependencies":{"fast-check":"4.0.0"}}' }
const PROPERTY_TEST = "import fc from 'fast-check'\nexport const told = [fc, process.env.SALLYPORT_CORPORA]\n"

const CASES: { title: string; files: Files; faults: readonly string[] }[] = [
  {
    title: 'an import downwards, through the door, that is listed as a dependency is in order',
    files: {
      ...CORE,
      ...manifest('stages', ['@sallyport/core']),
      'packages/stages/src/index.ts': "import { word } from '@sallyport/core'\nexport { word }\n",
    },
    faults: [],
  },
  {
    title: 'an import upwards is a fault',
    files: {
      ...manifest('core', ['@sallyport/stages']),
      'packages/core/src/index.ts': "// first\nimport { s } from '@sallyport/stages'\nexport { s }\n",
      ...manifest('stages'),
      'packages/stages/src/index.ts': 'export const s = 1\n',
    },
    faults: [
      'packages/core/src/index.ts:2: stages is above core; imports go down only, siblings meet through ports of core',
    ],
  },
  {
    title: 'an import of a type alone, a re-export and an import() count as imports',
    files: {
      ...manifest('core'),
      'packages/core/src/index.ts': [
        "import type { A } from '@sallyport/stages'",
        "export * from '@sallyport/stages'",
        "export const later = () => import('@sallyport/stages')",
        "export type B = A | import('@sallyport/stages').B\n",
      ].join('\n'),
      ...manifest('stages'),
    },
    faults: [1, 2, 3, 4].map(
      line =>
        `packages/core/src/index.ts:${line}: stages is above core; imports go down only, siblings meet through ports of core`,
    ),
  },
  {
    title: 'an import of a sibling is a fault',
    files: {
      ...manifest('tokens', ['@sallyport/store']),
      'packages/tokens/src/index.ts': "export { s } from '@sallyport/store'\n",
      ...manifest('store'),
    },
    faults: [
      'packages/tokens/src/index.ts:1: store is a sibling of tokens; imports go down only, siblings meet through ports of core',
    ],
  },
  {
    title: 'the console imports nothing of ours but core and contract',
    files: {
      ...CORE,
      ...manifest('contract'),
      ...manifest('policy'),
      ...manifest('console', ['@sallyport/core', '@sallyport/contract', '@sallyport/policy']),
      'packages/console/src/index.ts': [
        "import '@sallyport/core'",
        "import '@sallyport/contract'",
        "import '@sallyport/policy'\n",
      ].join('\n'),
    },
    faults: ['packages/console/src/index.ts:3: of our packages console imports only core and contract, not policy'],
  },
  {
    title: 'an import past the door of a package is a fault',
    files: {
      ...CORE,
      ...manifest('stages', ['@sallyport/core']),
      'packages/stages/src/index.ts': "import '@sallyport/core/src/words.ts'\nimport '../../core/src/words.ts'\n",
    },
    faults: [
      "packages/stages/src/index.ts:1: ./src/words.ts of @sallyport/core isn't one of its doors (.)",
      'packages/stages/src/index.ts:2: ../../core/src/words.ts leads out of the package; import other packages by their name',
    ],
  },
  {
    title: 'a package that imports itself by name is a fault',
    files: { ...manifest('core', ['@sallyport/core']), 'packages/core/src/index.ts': "import '@sallyport/core'\n" },
    faults: ["packages/core/src/index.ts:1: a package doesn't import itself by name; write a relative path"],
  },
  {
    title: 'an import that the package does not list as a dependency is a fault',
    files: { ...OUTSIDE, ...manifest('core'), 'packages/core/src/index.ts': "import 'fast-check'\n" },
    faults: ["packages/core/src/index.ts:1: fast-check isn't among the dependencies in packages/core/package.json"],
  },
  {
    title: 'a package reads no environment, under any of its names',
    files: {
      ...manifest('store'),
      'packages/store/src/index.ts': "import './reads.ts'\n",
      'packages/store/src/reads.ts': [
        "import { env } from 'node:process'",
        'const { env: renamed } = process',
        'export const read = [env, renamed, process.env.HOME]',
        "export const again = [globalThis.process.env, process['env']]\n",
      ].join('\n'),
    },
    faults: [1, 2, 3, 4, 4].map(
      line =>
        `packages/store/src/reads.ts:${line}: only sallyport reads the environment; take what you need as a parameter`,
    ),
  },
  {
    title: 'the package sallyport reads the environment',
    files: { ...manifest('sallyport'), 'packages/sallyport/src/index.ts': 'export const home = process.env.HOME\n' },
    faults: [],
  },
  {
    title: 'core does no I/O',
    files: { ...manifest('core'), 'packages/core/src/index.ts': "import 'node:fs'\nimport 'node:crypto'\n" },
    faults: ["packages/core/src/index.ts:1: core does no I/O, so it can't import node:fs; take a port instead"],
  },
  {
    title: "Node's own modules are named with node:",
    files: { ...manifest('store'), 'packages/store/src/index.ts': "import 'fs'\n" },
    faults: ["packages/store/src/index.ts:1: fs is Node's own; write node:fs"],
  },
  {
    title: 'tests and what only tests import may read the environment and use what only tests need',
    files: {
      ...OUTSIDE,
      ...CORE,
      'packages/core/src/word.test.ts': `import './generators.ts'\n${PROPERTY_TEST}`,
      'packages/core/src/generators.ts': PROPERTY_TEST,
    },
    faults: [],
  },
  {
    title: 'a test keeps to the layers',
    files: {
      ...manifest('tokens'),
      'packages/tokens/src/mint.test.ts': "import '@sallyport/gateway'\n",
      ...manifest('gateway'),
    },
    faults: [
      'packages/tokens/src/mint.test.ts:1: gateway is above tokens; imports go down only, siblings meet through ports of core',
    ],
  },
  {
    title: 'a package without a layer or with a name of its own is a fault',
    files: { 'packages/helpers/package.json': '{"name":"helpers"}' },
    faults: [
      'packages/helpers/package.json:1: helpers has no layer; give it one in scripts/layers/table.ts',
      'packages/helpers/package.json:1: the package is called helpers; its folder says @sallyport/helpers',
    ],
  },
]

for (const { title, files, faults } of CASES) {
  test(title, t => {
    assert.deepEqual(faultsOf(t, files), faults)
  })
}

test('a file that cannot be parsed ends the check', t => {
  assert.throws(() => faultsOf(t, { ...manifest('core'), 'packages/core/src/index.ts': 'import {' }), /index\.ts/)
})

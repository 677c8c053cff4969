import { readFile } from 'node:fs/promises'

/** The files of a project, and which of those beside us each is made of. */
const sources: Readonly<Record<string, string>> = {
  '.env.example': 'env.example',
  '.gitignore': 'gitignore',
  'README.md': 'README.md',
  'src/app.ts': 'app.ts',
  'src/environment.ts': 'environment.ts',
  'src/secret.ts': 'secret.ts',
  'src/start.ts': 'start.ts',
  'src/token.ts': 'token.ts',
  'test/app.test.ts': 'app.test.ts',
  'tsconfig.json': 'tsconfig.json',
}

/** What a project is written and judged with. */
const tools: Readonly<Record<string, string>> = { '@types/node': '24.19.2', typescript: '7.0.2' }
const libraries: Readonly<Record<string, string>> = { zod: '4.6.7' }

const withSecret = (file: string) => `node --env-file-if-exists=.env src/${file}`

/** `sdk` says where npm has the framework from. */
const manifestOf = (name: string, sdk: string) => ({
  name,
  version: '0.0.0',
  private: true,
  type: 'module',
  engines: { node: '>=24.7' },
  scripts: {
    start: withSecret('start.ts'),
    secret: 'node src/secret.ts',
    token: withSecret('token.ts'),
    test: 'node --test',
    check: 'tsc',
  },
  dependencies: { '@sallyport/sdk': sdk, ...libraries },
  devDependencies: tools,
})

/** The files of a project of that name, by their paths in it. */
export async function projectFiles(name: string, sdk: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['package.json', `${JSON.stringify(manifestOf(name, sdk), null, 2)}\n`]])
  for (const [path, source] of Object.entries(sources)) {
    const text = await readFile(new URL(`./project/${source}.txt`, import.meta.url), 'utf8')
    files.set(path, text.replaceAll('{{name}}', name))
  }
  return files
}

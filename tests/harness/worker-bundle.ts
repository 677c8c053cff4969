import { isBuiltin } from 'node:module'
import { build, type Plugin } from 'esbuild'

/** Node's own modules stay outside: the runtime has them. */
const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve }) {
    onResolve({ filter: /^[a-z]/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.startsWith('node:') ? path : `node:${path}`, external: true } : undefined,
    )
  },
}

/** One module of an entry and all that it imports, as Cloudflare's own tool makes it for Workers. */
export async function bundleWorker(entry: string, outfile: string): Promise<void> {
  await build({
    ...{ entryPoints: [entry], outfile, bundle: true, format: 'esm', target: 'es2024', platform: 'browser' },
    ...{ conditions: ['workerd', 'worker', 'browser'], mainFields: ['browser', 'module', 'main'] },
    ...{ logLevel: 'error', plugins: [builtins] },
  })
}

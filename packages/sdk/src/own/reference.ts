import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Operation } from '../api.ts'
import { html } from '../html.ts'
import type { Protect } from '../section.ts'
import type { Access } from './access.ts'
import { ownOperation } from './operation.ts'

/** A reference page, and the script that draws it where that isn't an installed package's. */
export interface ReferenceOptions {
  readonly access: Access
  /** `dist/browser/standalone.js` of `@scalar/api-reference`: a path, relative to the working directory, or a URL of a file. */
  readonly script: string | URL
}

const wanted = 'npm install @scalar/api-reference, or name its dist/browser/standalone.js: { access, script }'

/** Where an installed package keeps its script; it lists none among its doors. */
function installed(): string {
  try {
    const main = createRequire(import.meta.url).resolve('@scalar/api-reference')
    return join(dirname(main), 'browser', 'standalone.js')
  } catch {
    throw new TypeError(`reference: is drawn by Scalar, which isn't installed here: ${wanted}`)
  }
}

async function scriptAt(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch {
    throw new TypeError(`reference.script: there is no file to read at ${path}: ${wanted}`)
  }
}

/** Nothing that would ask another server: no fonts, measuring, agent, account or proxy of Scalar's. */
const settings = {
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
}

/** Scalar's zod would try whether it may compile functions, which the policy forbids and browsers then report. */
const withoutCompiling = Buffer.from('globalThis.__zod_globalConfig = { jitless: true };\n')

/** The page runs its one script and asks its own origin. Scalar writes its styles as it goes. */
const protect: Protect = {
  securityHeaders: {
    csp: {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'unsafe-inline'",
      'img-src': "'self' data:",
      'font-src': 'data:',
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    },
    referrerPolicy: 'no-referrer',
  },
}

/** Addresses are relative, so that it stands below any path. */
const page = (title: string, script: string) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
<body>
<script id="api-reference" type="application/json" data-url="./openapi.json" data-configuration="${JSON.stringify(settings)}"></script>
<script src=".${script}"></script>
</body>
</html>
`

const namesScript = (reference: Access | ReferenceOptions): reference is ReferenceOptions =>
  typeof reference === 'object' && 'script' in reference

/**
 * `/reference`, a page that shows `/openapi.json`, and the script that it needs. Rejects with TypeError where there is no such script.
 */
export async function referenceOperations(
  reference: Access | ReferenceOptions,
  title: string,
): Promise<readonly Operation[]> {
  const { access, script } = namesScript(reference) ? reference : { access: reference, script: installed() }
  const body = Buffer.concat([withoutCompiling, await scriptAt(script)])
  const path = `/reference/${hash('sha256', body, 'hex').slice(0, 16)}.js` as const
  const { markup } = page(title, path)
  return [
    ownOperation('/reference', access, () => ({ status: 200, contentType: 'text/html; charset=utf-8', body: markup }), {
      protect,
    }),
    ownOperation(path, access, () => ({
      status: 200,
      contentType: 'text/javascript; charset=utf-8',
      body,
      cacheControl: 'private, max-age=31536000, immutable',
    })),
  ]
}

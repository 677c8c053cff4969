// npm run build: what would be published, in dist/.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildCommand } from './build/command.ts'
import { buildSdk } from './build/sdk.ts'
import { ROOT } from './child.ts'

await rm(join(ROOT, 'dist'), { recursive: true, force: true })
const built = { 'dist/sallyport': buildCommand, 'dist/sdk': buildSdk }
for (const [folder, build] of Object.entries(built)) {
  await build(join(ROOT, folder))
  console.log(`${folder} is ready: npm pack ./${folder}`)
}

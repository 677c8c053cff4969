// npm run build: what would be published, in dist/.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildCommand } from './build/command.ts'
import { ROOT } from './child.ts'

await rm(join(ROOT, 'dist'), { recursive: true, force: true })
await buildCommand(join(ROOT, 'dist/sallyport'))
console.log('dist/sallyport is ready: npm pack ./dist/sallyport')

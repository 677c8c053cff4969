#!/usr/bin/env node
// Plain old JavaScript on purpose: an older Node must get as far as the line that says which Node is needed.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 7)) {
  import('../src/main.ts')
} else {
  console.error(`sallyport needs Node 24.7 or later; this is ${process.versions.node}. See https://nodejs.org`)
  process.exitCode = 1
}

import { readFileSync } from 'node:fs'

function versionOf(name: string): string {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  return `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`
}

/** Packages of bench/package.json as they are installed, for people. */
export const versionsOf = (...names: readonly string[]): string => names.map(versionOf).join(', ')

import type { Tree } from '../read/tree.ts'
import { textAt } from './part.ts'

/** The URLs under `servers`, each variable replaced by its default; one that can't be read is left out. */
export function readServers(tree: Tree): string[] {
  const servers = tree.kind === 'map' ? tree.entries.get('servers')?.value : undefined
  if (servers?.kind !== 'list') return []
  return servers.items.flatMap(server => {
    const url = textAt(server, 'url')
    return url === undefined ? [] : url.replace(/\{([^{}]*)\}/g, (written, name) => variable(server, name) ?? written)
  })
}

function variable(server: Tree, name: string): string | undefined {
  const variables = server.kind === 'map' ? server.entries.get('variables')?.value : undefined
  return textAt(variables?.kind === 'map' ? variables.entries.get(name)?.value : undefined, 'default')
}

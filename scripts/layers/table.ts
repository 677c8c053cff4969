/** The packages from the top down, by their folders: each imports only from rows below its own (ARCHITECTURE.md). */
export const LAYERS: readonly (readonly string[])[] = [
  ['sallyport'],
  ['cli', 'console'],
  ['control'],
  ['config', 'gateway', 'sdk', 'issuer', 'analytics', 'linker'],
  ['http1', 'testing'],
  ['stages'],
  ['tokens', 'contract', 'policy', 'store', 'vault'],
  ['core'],
]

/** Packages that may import even less than their layer allows: a browser has no use for the others. */
export const NARROWER: ReadonlyMap<string, readonly string[]> = new Map([['console', ['core', 'contract']]])

/** The one package that reads the environment; it hands the others what they need. */
export const READS_ENVIRONMENT = 'sallyport'

/** The one package that does no I/O, and the parts of Node that would. */
export const PURE = 'core'
export const IO_MODULES: ReadonlySet<string> = new Set(
  [
    ...['fs', 'fs/promises', 'net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'dns/promises', 'sqlite', 'test'],
    ...['child_process', 'cluster', 'worker_threads', 'os', 'process', 'readline', 'repl', 'tty', 'vm', 'inspector'],
  ].map(name => `node:${name}`),
)

import type { IssuerWanted, KeysWanted, Step } from './nginx-translate.ts'

/** Cases as one sallyport.yaml: each is an API, its key documents are files beside it or behind `keyServer`. */
export class Assembly {
  readonly files = new Map<string, string>()
  readonly #issuers = new Map<string, object>()
  readonly #apis = new Map<string, object>()
  readonly #keyServer: string

  constructor(keyServer: string) {
    this.#keyServer = keyServer
  }

  /** Adds a case and gives the path that it stands at. */
  add(steps: readonly Step[], to: string): string {
    const name = `c${this.#apis.size}`
    const operations: Record<string, object> = {}
    for (const { method, target, issuers, place } of steps) {
      const key = `${method} ${target.split('?')[0]}`
      const names = issuers.map(issuer => this.#issuer(issuer))
      const trees = names.map(issuer => ({ jwt: { issuer, ...place } }))
      const identify = trees.length > 1 ? { any: trees } : (trees[0] ?? 'anonymous')
      const before = operations[key]
      operations[key] = { identify, authorize: 'anyone' }
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(operations[key]))
        throw new Error(`${key} would need two rules`)
    }
    this.#apis.set(name, { path: `/${name}`, forward: { to }, operations })
    return `/${name}`
  }

  /** Text of sallyport.yaml. */
  yaml(): string {
    return JSON.stringify({
      sallyport: 1,
      gateway: { http: 0, guessing: { perIp: '1000000/minute' } },
      issuers: Object.fromEntries(this.#issuers),
      apis: Object.fromEntries(this.#apis),
    })
  }

  /** The name of an issuer: the realm that its challenges show, where the case names one. */
  #issuer({ realm, keys, settings }: IssuerWanted): string {
    const issuer = { ...settings, keys: this.#keys(keys) }
    const same = [...this.#issuers].find(([, known]) => JSON.stringify(known) === JSON.stringify(issuer))
    const name = realm !== '' ? realm : (same?.[0] ?? `i${this.#issuers.size}`)
    this.#issuers.set(name, issuer)
    return name
  }

  #keys({ at, keys }: KeysWanted): object {
    if (keys === undefined)
      return at === 'file' ? { file: './missing.json' } : { jwks: `${this.#keyServer}/missing.json` }
    const text = JSON.stringify({ keys })
    const known = [...this.files].find(([, content]) => content === text)?.[0]
    const file = known ?? `k${this.files.size}.json`
    this.files.set(file, text)
    return at === 'file' ? { file: `./${file}` } : { jwks: `${this.#keyServer}/${file}` }
  }
}

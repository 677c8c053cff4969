import { join } from 'node:path'
import { type Loaded, type LoadPorts, loadConfiguration, type Mistake, type PresetApi } from '@sallyport/config'
import type { PublicJwks } from '@sallyport/core'
import { keysName } from './magic-state.ts'

/** What came of reading the configuration, where it can be used. */
export type GoodRules = Exclude<Loaded['result'], { readonly mistakes: readonly Mistake[] }>

/** A configuration that cannot be used. */
export class BadConfiguration extends Error {
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[]) {
    super(`${mistakes.length} mistakes in the configuration`)
    this.mistakes = mistakes
  }
}

/** What is read: files, later ones winning, over APIs that stand in none. */
export interface RulesSources {
  readonly files: readonly string[]
  readonly apis?: readonly PresetApi[] | undefined
}

/** Reads the configuration over and over, and knows which files matter to it. */
export class RulesReader {
  readonly #sources: RulesSources
  readonly #data: string
  readonly #ports: Omit<LoadPorts, 'jwks'>
  readonly #jwks: () => PublicJwks
  readonly #seen = new Map<string, string | Uint8Array>()
  #watched: readonly string[]
  #warnings: readonly Mistake[] = []

  /** `jwks` gives the gateway's public keys, asked at each reading. */
  constructor(sources: RulesSources, data: string, ports: Omit<LoadPorts, 'jwks'>, jwks: () => PublicJwks) {
    this.#sources = sources
    this.#data = data
    this.#watched = sources.files
    const readFile = async (path: string) => {
      const text = await ports.readFile(path)
      this.#seen.set(path, text)
      return text
    }
    const readBytes = async (path: string) => {
      if (ports.readBytes === undefined) throw new TypeError('no such file is read here')
      const bytes = await ports.readBytes(path)
      this.#seen.set(path, bytes)
      return bytes
    }
    this.#ports = { ...ports, readFile, readBytes }
    this.#jwks = jwks
  }

  /** What each file held when it was last read. */
  get seen(): ReadonlyMap<string, string | Uint8Array> {
    return this.#seen
  }

  /** Every file that was asked for, missing ones too, the vault's, and that of keys which are published. */
  get watched(): readonly string[] {
    return this.#watched
  }

  /** What the last good reading warned of. */
  get warnings(): readonly Mistake[] {
    return this.#warnings
  }

  /** Throws BadConfiguration with every mistake. */
  async read(): Promise<GoodRules> {
    const ports = { ...this.#ports, jwks: this.#jwks() }
    const { files, result, warnings } = await loadConfiguration(this.#sources.files, ports, this.#sources.apis)
    this.#watched = [...files, ...['secrets.json', keysName].map(name => join(this.#data, name))]
    if ('mistakes' in result) throw new BadConfiguration(result.mistakes)
    this.#warnings = warnings
    return result
  }
}

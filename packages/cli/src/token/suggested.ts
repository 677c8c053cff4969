import { type KnownOperation, presetNames, readPreset } from '@sallyport/config'
import { endpoints } from '@sallyport/contract'
import { permitText } from '@sallyport/core'
import { apiOf, describeMagicToken, judgeDry } from '@sallyport/tokens'
import { configurationFiles, readConfiguration } from '../configuration-files.ts'
import { dataFolder } from '../data-folder.ts'
import type { Given, Suggest } from '../frame/command.ts'
import type { Ports } from '../frame/ports.ts'
import { managementClient } from '../management.ts'
import { readToken } from './given.ts'
import { knownOperations, knownText } from './known-operations.ts'

/** An API as far as it matters to who types its name. */
interface Told {
  readonly name: string
  readonly preset?: string | undefined
  /** `METHOD /path/{template}`, and perhaps what messages ask for. */
  readonly operations: readonly string[]
}

/** Whoever types can't be told what went wrong: then there is nothing to suggest. */
const orNothing = <Found>(asked: Promise<Found>): Promise<Found | undefined> => asked.catch(() => undefined)

const clientFor = (given: Given, ports: Ports) =>
  managementClient({ data: given.options.get('data'), management: given.options.get('management') }, ports)

/** The APIs of this folder's sallyport.yaml, the gateway's own aside. */
async function apisInFile(given: Given, ports: Ports): Promise<readonly Told[]> {
  const files = configurationFiles(undefined, ports.cwd)
  const { result } = await readConfiguration(files, dataFolder(given.options.get('data'), ports).path, ports)
  if ('mistakes' in result) return []
  const forwarded = result.snapshot.apis.filter(api => api.operations.some(one => 'upstream' in one.destination))
  return forwarded.map(({ name, preset, operations }) => ({
    ...{ name, preset },
    operations: [...new Set(operations.map(permitText))],
  }))
}

/** The APIs that a running gateway has. */
async function apisThere(given: Given, ports: Ports): Promise<readonly string[]> {
  const { operations } = await (await clientFor(given, ports)).call(endpoints.listOperations, {})
  return operations.flatMap(({ api, upstream }) => (upstream === undefined ? [] : [api]))
}

async function apiThere(api: string, given: Given, ports: Ports): Promise<Told> {
  return (await clientFor(given, ports)).call(endpoints.getApi, { api })
}

/** The names of APIs: of the running gateway, else of sallyport.yaml, and those that need neither. */
export const suggestApis: Suggest = async (given, ports) => {
  const there = await orNothing(apisThere(given, ports))
  const names = there ?? (await orNothing(apisInFile(given, ports)))?.map(({ name }) => name) ?? []
  return [...new Set([...names, ...presetNames])]
}

/** The operations of an API, as its gateway has them, else sallyport.yaml or its preset. */
async function operationsOf(api: string, given: Given, ports: Ports): Promise<readonly KnownOperation[]> {
  const inFile = async () => (await apisInFile(given, ports)).find(({ name }) => name === api)
  const own = (await orNothing(apiThere(api, given, ports))) ?? (await orNothing(inFile()))
  const preset = own === undefined ? api : own.preset
  const known = preset !== undefined && presetNames.includes(preset) ? await readPreset(preset) : undefined
  return (own === undefined ? known?.operations : knownOperations(own.operations, known)) ?? []
}

/** What the API that was named can be asked. */
export const suggestPermits: Suggest = async (given, ports) => {
  const api = given.options.get('api')
  return api === undefined ? [] : (await operationsOf(api, given, ports)).map(knownText)
}

async function narrowerThan(place: string, given: Given, ports: Ports): Promise<readonly string[]> {
  const token = describeMagicToken(await readToken(place, ports))
  const audience = token.parts[0]?.claims.aud
  const operations = typeof audience === 'string' ? await operationsOf(apiOf(audience), given, ports) : []
  return judgeDry(token, operations).flatMap(one => (one.verdict === 'denied' ? [] : [knownText(one)]))
}

/** What the token that was named permits of its API. Standard input is the terminal's while somebody types. */
export const suggestNarrower: Suggest = async (given, ports) => {
  const [place = '-'] = given.words
  return place === '-' ? [] : ((await orNothing(narrowerThan(place, given, ports))) ?? [])
}

import { Misuse, type Options } from '@sallyport/cli'
import { type PresetApi, presetNames } from '@sallyport/config'
import { nearest } from '@sallyport/core'

/** The options that name APIs which stand in no file. */
export const presetOptions = {
  api: {
    type: 'string',
    multiple: true,
    value: 'PRESET',
    help: `an API that needs no file: ${presetNames.join(', ')}`,
    suggest: async () => presetNames,
  },
  to: {
    type: 'string',
    multiple: true,
    value: 'URL|PRESET=URL',
    help: 'where such an API is served, where that is not the usual place',
  },
} as const satisfies Options

function checkName(name: string): void {
  if (presetNames.includes(name)) return
  const near = nearest(name, presetNames)
  const told = near === undefined ? `; there are ${presetNames.join(', ')}` : `; did you mean ${near}?`
  throw new Misuse(`there is no preset ${name}${told}`)
}

/** `URL` for the only API, `PRESET=URL` for one of several. */
function placeIn(text: string, apis: readonly string[]): readonly [preset: string, to: string] {
  const [, named, to] = /^([a-z-]+)=(.+)$/.exec(text) ?? []
  if (named !== undefined && to !== undefined) {
    if (apis.includes(named)) return [named, to]
    throw new Misuse(`--to ${text} needs --api ${named} too`)
  }
  const [only, ...others] = apis
  if (only !== undefined && others.length === 0) return [only, text]
  throw new Misuse(`--to needs PRESET=URL where --api doesn't name one alone`)
}

/** What `--api` and `--to` ask for. Throws Misuse. */
export function presetApis(apis: readonly string[] = [], places: readonly string[] = []): PresetApi[] {
  for (const name of apis) checkName(name)
  const to = new Map(places.map(text => placeIn(text, apis)))
  return [...new Set(apis)].map(preset => ({ preset, to: to.get(preset) }))
}

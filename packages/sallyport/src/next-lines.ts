import { type PresetApi, readPreset } from '@sallyport/config'

/** What to type once a gateway runs whose APIs stand in no file. `data` is the folder, where it isn't the usual one. */
export async function nextLines(apis: readonly PresetApi[], data: string | undefined): Promise<string> {
  const presets = await Promise.all(apis.map(({ preset }) => readPreset(preset)))
  const of = data === undefined ? '' : ` --data ${data}`
  const lines = presets.map(
    ({ name, example }) => `  sallyport token mint --api ${name} --permit '${example}'${of} < ${name}-token.txt\n`,
  )
  return lines.length === 0 ? '' : `next, in another terminal: a token that may do just that\n${lines.join('')}`
}

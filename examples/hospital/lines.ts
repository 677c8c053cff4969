import type { Line, Started } from '../lines.ts'

/** The calls to try: the same questions, asked by four callers. */
export function linesToTry({ url, file }: Started): readonly Line[] {
  const ask = (name: string, path: string) =>
    `curl -s -H "Authorization: Bearer $(cat ${file(name)})" ${url}/hospital${path}`
  return [
    ['Dr Adams sees the history of her own patient', ask('adams', '/patients')],
    ['Dr Brown sees that of his', ask('brown', '/patients')],
    ['Clark, at the desk, sees who they are and how to reach them', ask('clark', '/patients')],
    ['Davis counts cases', ask('davis', '/patients')],
    ['However deep it stands', ask('adams', '/wards')],
    ['And in a stream of events, one by one', ask('clark', '/changes')],
    ['And where the API tells too much by mistake', ask('davis', '/patients/3')],
  ]
}

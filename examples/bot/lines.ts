import type { Line, Started } from '../lines.ts'

/** A bot with less than the whole key: what to type. */
export function linesToTry({ url, file, data }: Started): readonly Line[] {
  const of = data === undefined ? '' : ` --data ${data}`
  const bearer = (name: string) => `-H "Authorization: Bearer $(cat ${file(name)})"`
  const issue = `${url}/github/repos/octocat/hello/issues`
  const label = (number: number) => `-d '{"labels":["bug"]}' ${issue}/${number}/labels`
  return [
    [
      'Make a token of the whole key that may label issues and nothing else',
      `npx sallyport token mint --api github --permit 'POST /repos/{owner}/{repo}/issues/{number}/labels' --chain${of} < ${file('github-token')} > ${file('bot-token')}`,
    ],
    ['The bot labels an issue', `curl -i ${bearer('bot-token')} ${label(1)}`],
    ['The bot may not close it', `curl -i -X PATCH ${bearer('bot-token')} -d '{"state":"closed"}' ${issue}/1`],
    [
      'Why? Ask about it, or with the Sallyport-Call-Id of the answer',
      `npx sallyport explain 'PATCH /github/repos/octocat/hello/issues/1' --token @${file('bot-token')}${of}`,
    ],
    [
      'The bot hands on less: one issue, for an hour. This needs no gateway and no key',
      `npx sallyport token narrow @${file('bot-token')} --permit 'POST /repos/octocat/hello/issues/1/labels' --expires 1h --seal > ${file('helper-token')}`,
    ],
    ['The helper may label the one issue', `curl -i ${bearer('helper-token')} ${label(1)}`],
    ['The helper may not label another', `curl -i ${bearer('helper-token')} ${label(2)}`],
    [
      'What may it do, of all that GitHub has?',
      `npx sallyport token inspect @${file('helper-token')} --against github | head -3`,
    ],
    ['End the bot’s token, and so the helper’s', `npx sallyport token revoke @${file('bot-token')}${of}`],
  ]
}

import type { Issue, Issues } from './issues.ts'

/** What an operation is asked with. */
export interface Asked {
  readonly issues: Issues
  /** The issue that the path names; 0 where it names none. */
  readonly number: number
  /** The last segment of the path, decoded. */
  readonly last: string
  readonly body: { readonly [member: string]: unknown }
}

type Answer = readonly [status: number, body: unknown]
export type Operation = (asked: Asked) => Answer

const notFound: Answer = [404, { message: 'Not Found' }]
const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise)
const names = (value: unknown) => (Array.isArray(value) ? value.filter(name => typeof name === 'string') : [])

/** Answers about the issue, where there is one. */
const ofIssue =
  (answer: (issue: Issue, asked: Asked) => Answer): Operation =>
  asked => {
    const issue = asked.issues.find(asked.number)
    return issue === undefined ? notFound : answer(issue, asked)
  }

/** An issue with other labels, answered as its labels. */
function relabel({ number }: Issue, { issues }: Asked, labels: readonly string[]): Answer {
  const distinct = [...new Set(labels)].map(name => ({ name }))
  return [200, issues.change(number, { labels: distinct })?.labels]
}

const labelsOf = ({ labels }: Issue) => labels.map(({ name }) => name)
const repository = '/repos/octocat/hello'
const issue = `${repository}/issues/{number}`

/** The dozen operations of the stand-in, with names and forms as GitHub has them. */
export const operations: Readonly<Record<string, Operation>> = {
  'GET /user': () => [200, { login: 'octocat', id: 1 }],
  [`GET ${repository}`]: () => [200, { full_name: 'octocat/hello', private: false }],
  [`GET ${repository}/pulls`]: () => [200, []],
  [`GET ${repository}/issues`]: ({ issues }) => [200, issues.all()],
  [`POST ${repository}/issues`]: ({ issues, body }) => [201, issues.open(text(body.title, 'Untitled'))],
  [`GET ${issue}`]: ofIssue(found => [200, found]),
  [`PATCH ${issue}`]: ofIssue(({ number, state, title }, { issues, body }) => [
    200,
    issues.change(number, { state: text(body.state, state), title: text(body.title, title) }),
  ]),
  [`GET ${issue}/labels`]: ofIssue(({ labels }) => [200, labels]),
  [`POST ${issue}/labels`]: ofIssue((found, asked) =>
    relabel(found, asked, [...labelsOf(found), ...names(asked.body.labels)]),
  ),
  [`DELETE ${issue}/labels/{name}`]: ofIssue((found, asked) =>
    relabel(
      found,
      asked,
      labelsOf(found).filter(name => name !== asked.last),
    ),
  ),
  [`GET ${issue}/comments`]: ofIssue(({ number }, { issues }) => [200, issues.comments(number)]),
  [`POST ${issue}/comments`]: ofIssue(({ number }, { issues, body }) => [
    201,
    issues.comment(number, text(body.body, '')),
  ]),
}

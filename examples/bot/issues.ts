/** An issue as GitHub shows it, as far as the example goes. */
export interface Issue {
  readonly number: number
  readonly title: string
  readonly state: string
  readonly labels: readonly { readonly name: string }[]
}

export interface Comment {
  readonly body: string
}

/** The issues of one repository, in memory. */
export interface Issues {
  all(): readonly Issue[]
  find(number: number): Issue | undefined
  comments(number: number): readonly Comment[]
  open(title: string): Issue
  change(number: number, to: Partial<Omit<Issue, 'number'>>): Issue | undefined
  comment(number: number, body: string): Comment
}

export function createIssues(titles: readonly string[]): Issues {
  const issues = new Map<number, Issue>()
  const said = new Map<number, readonly Comment[]>()
  const open = (title: string) => {
    const issue: Issue = { number: issues.size + 1, title, state: 'open', labels: [] }
    issues.set(issue.number, issue)
    return issue
  }
  for (const title of titles) open(title)
  return {
    open,
    all: () => [...issues.values()],
    find: number => issues.get(number),
    comments: number => said.get(number) ?? [],
    change(number, to) {
      const issue = issues.get(number)
      if (issue === undefined) return undefined
      const changed = { ...issue, ...to }
      issues.set(number, changed)
      return changed
    },
    comment(number, body) {
      const made = { body }
      said.set(number, [...(said.get(number) ?? []), made])
      return made
    },
  }
}

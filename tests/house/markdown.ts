import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A page for people, by its path in the repository. */
export interface Page {
  readonly path: string
  readonly text: string
}

export const pages: readonly Page[] = globSync(['*.md', 'docs/*.md', 'packages/*/README.md'], { cwd: root }).map(
  path => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }),
)

export function pageAt(path: string): Page {
  const page = pages.find(page => page.path === path)
  if (page === undefined) throw new Error(`there is no ${path}`)
  return page
}

export interface Block {
  /** What stands behind the fence; empty for nothing. */
  readonly language: string
  readonly text: string
}

/** The fenced blocks of a page. */
export function blocksOf({ text }: Page): Block[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', block = '']) => ({
    language,
    text: block,
  }))
}

/** The first block of a page in a language. */
export function firstBlock(path: string, language: string): string {
  const found = blocksOf(pageAt(path)).find(block => block.language === language)
  if (found === undefined) throw new Error(`${path} has no ${language}`)
  return found.text
}

/** What a reader may type: lines after `$` in blocks and indented lines; and code within lines. */
export function typedOf(page: Page): string[] {
  const prompted = [...page.text.matchAll(/^\$ (.+)$/gm)]
  const indented = [...page.text.replace(/^```.*?^```$/gms, '').matchAll(/^ {4}(\S.*)$/gm)]
  const inline = [...page.text.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)]
  return [...prompted, ...indented, ...inline].map(([, line = '']) => line)
}

/** The targets of a page's links within the repository, as paths in it with an anchor where one is given. */
export function linksOf({ path, text }: Page): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  const inside = targets.filter(target => !/^[a-z]+:/.test(target))
  return inside.map(target => (target.startsWith('#') ? path + target : join(dirname(path), target)))
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ text }: Page): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

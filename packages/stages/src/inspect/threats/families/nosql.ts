import type { Family } from '../rule.ts'

const operators =
  'ne|eq|gte?|lte?|in|nin|not|and|or|nor|exists|type|expr|jsonschema|mod|regex|options|text|where|all|elemmatch|size|comment|slice|function|accumulator|lookup|merge|out|unionwith|set|unset|inc|push|pull|rename|natural|search|func|code'

export const nosql: Family = {
  name: 'nosql',
  rules: [
    {
      name: 'operator of MongoDB',
      level: 1,
      at: ['$', '&'],
      pattern: String.raw`(?<=[\[{,"'\`(] ?["'\`]?|^)[$&](?:${operators})(?:["'\`]? ?[:\]]|\b ?=)`,
    },
    {
      name: 'operator as a name',
      level: 1,
      at: ['$'],
      pattern: String.raw`(?<=^|[.\["'])\$(?:${operators})(?:$|[\]."'])`,
    },
    {
      name: 'statement of a server',
      level: 1,
      at: ['db', 'tojson', 'this', 'mapreduce', 'sleep', 'emit'],
      pattern: String.raw`(?:db\.[\w.]{1,60}(?:insert|find|remove|update|drop|mapreduce|aggregate|getcollection|eval|createuser|count|save)[a-z]{0,12} ?\(|tojson ?\(|this\.[a-z_]\w{0,40}(?:\.(?:match|test|length|charat|substr)|\[| ?[!=]=|\.\w{1,20}\()|mapreduce ?\()`,
    },
    {
      name: 'literal closed and a condition of JavaScript added',
      level: 1,
      at: ["'", '"', ';'],
      pattern: String.raw`(?:['"] ?[)}\] ]{0,6}(?:\|\||&&|;) ?(?:return\b|this\.|var\b|sleep ?\(|it ?=|do ?\{|while ?\(|true\b|false\b|\d ?[=!]=|['"]\w{0,20}['"] ?==)|; ?return ?[( ]?(?:true|false|'|"|\d|this))`,
    },
    {
      name: 'loop of JavaScript',
      level: 1,
      at: ['while', 'for', 'do'],
      pattern: String.raw`(?:while ?\( ?(?:[ (+!-]{0,4}(?:true|infinity|this|[1-9]|[[{"])|!|new date|[^()]{1,30}[-<>][^()]{1,20})|for ?\( ?;|do ?\{)`,
    },
    {
      name: 'equality of JavaScript',
      level: 2,
      at: ['||', '&&'],
      pattern: String.raw`(?:\|\||&&) ?(?:\d{1,6}|'[^']{0,20}'|"[^"]{0,20}") ?={2,3}`,
    },
    {
      name: 'object closed and opened',
      level: 1,
      at: ["'", '"'],
      pattern: String.raw`['"] ?[}\]]{1,3} ?[,}\]] ?["']?\$`,
    },
  ],
}

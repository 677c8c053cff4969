import { type Family, words } from '../rule.ts'

export const xpath: Family = {
  name: 'xpath',
  also: 'unquoted',
  rules: [
    {
      name: 'axis',
      level: 1,
      at: words('child parent ancestor descendant following preceding self attribute namespace or_self'),
      pattern: String.raw`(?:(?:child|ancestor|descendant|following|preceding|attribute)(?:-or-self|-sibling)?::(?:[a-z*@]|node\()|(?:parent|self|namespace)::(?:\*|node\(|[a-z]{1,30}[\[/]))`,
    },
    {
      name: 'function',
      level: 1,
      at: words(
        'count name local string substring normalize system text position last document doc comment node processing',
      ),
      pattern: String.raw`(?:(?:count|name|local-name|string-length|position|last|namespace-uri) ?\( ?(?:/|\)|\*|@|\.|child::)|(?<![.\w])(?:text|node|comment)\( ?\)(?! (?:and|or|is|method|returns)\b)|doc(?:ument)? ?\( ?['"](?:/|http|file)|system-property ?\()`,
    },
    {
      name: 'condition added',
      level: 1,
      at: ["'", '"', ']'],
      pattern: String.raw`(?<!\[)['"]?\][ ]?[|/]{1,2}[ ]?(?:/|\*|@|[a-z]{1,30}[/:\[(])|['"] ?\] ?(?:\| ?[/*@a-z]|or (?:['"][^'"]{0,20}['"] ?=|\d|/|\*|@|[a-z-]{1,20}\())`,
    },
    {
      name: 'every element',
      level: 2,
      at: ['//'],
      pattern: String.raw`(?<![:\w/])//(?:\*|@|[a-z]{1,20}(?:\[|/(?:text|@|\*)))`,
    },
  ],
}

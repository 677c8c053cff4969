import type { Family } from '../rule.ts'

export const ssi: Family = {
  name: 'ssi',
  rules: [
    {
      name: 'directive',
      level: 1,
      at: ['<!'],
      pattern: String.raw`<!--[ ]{0,3}#[ ]?(?:exec|include|echo|config|printenv|fsize|flastmod|set|if|elif|else|endif|odbc|email)\b`,
    },
    {
      name: 'edge side include',
      level: 1,
      at: ['<e', '</', '<!'],
      pattern: String.raw`(?:</?esi:[a-z]{2,12}|<!--esi\b)`,
    },
    { name: 'directive of another server', level: 2, at: ['<!', '<s'], pattern: `(?:<!--#|<server>|<surrogate)` },
  ],
}

import type { Family } from '../rule.ts'

export const ldap: Family = {
  name: 'ldap',
  rules: [
    {
      name: 'filter',
      level: 1,
      at: ['(', ')', '*'],
      pattern: String.raw`(?:\)? ?\( ?[|&!]{0,1} ?\(? ?\(? ?[a-z][a-z0-9;.-]{0,40} ?[~<>:]?= ?[^=()]{0,60}[*)]|\( ?[|&!] ?\(|\*\){1,3} ?\(? ?[|&!(]|(?<=^[^( ]{0,40})\){1,3} ?\( ?[|&!]|\*\) ?\(|(?<=^[^( ]{0,40})\*\)\)?(?:\x00|%00|$))`,
    },
    {
      name: 'any value',
      level: 2,
      at: ['*'],
      pattern: String.raw`(?<=^[\w]{0,20})\*(?:\(|\)|\|)[()|&*]{0,4}|(?<=^[a-z]{1,30})\*$`,
    },
    { name: 'filter closed', level: 2, at: [')'], pattern: String.raw`\) ?\((?= ?[a-z]{1,30} ?=)(?<=^[^(]{0,40}\()` },
  ],
}

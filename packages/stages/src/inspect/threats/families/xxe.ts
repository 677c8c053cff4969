import type { Family } from '../rule.ts'

export const xxe: Family = {
  name: 'xxe',
  rules: [
    { name: 'entity declared', level: 1, at: ['<!'], pattern: String.raw`<!(?:entity|attlist|element|notation)\b` },
    {
      name: 'document type',
      level: 1,
      at: ['<!'],
      pattern: String.raw`<!doctype [^<>\[]{0,120}(?:\[|system\b|public\b)`,
    },
    {
      name: 'inclusion',
      level: 1,
      at: ['<x', 'xi', 'xinclude'],
      pattern: String.raw`(?:<?xi:include\b|<x(?:sl|i):(?:include|import|stylesheet|copy-of|value-of|template|variable|message)\b|xinclude)`,
    },
    {
      name: 'entity used',
      level: 2,
      at: ['%', '&'],
      pattern: String.raw`^[%&](?!(?:amp|lt|gt|quot|apos|nbsp);)[a-z][\w.-]{1,40};$|>&(?!(?:amp|lt|gt|quot|apos|nbsp|copy|reg|euro);)[a-z][\w.-]{1,40};?<|^%[a-z]\w{1,30};`,
    },
    { name: 'document in a value', level: 2, at: ['<?', '<m'], pattern: String.raw`(?:<\?xml\b|<methodcall>)` },
    { name: 'literal section', level: 1, at: ['<!'], pattern: String.raw`<!\[cdata\[` },
  ],
}

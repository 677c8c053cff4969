import type { Family } from '../rule.ts'

export const jndi: Family = {
  name: 'jndi',
  rules: [
    {
      name: 'lookup',
      level: 1,
      at: ['${', '$&', '&#', '$\\', '{j', '$ '],
      pattern: String.raw`[$&][{ #\\]{0,2}(?:jndi|env|sys|java|lower|upper|date|ctx|main|map|web|docker|k8s|spring|log4j|marker|bundle|base64|::|\$|%7b)(?::|\{)`,
    },
    { name: 'lookup inside another', level: 1, at: ['${', '}$'], pattern: String.raw`\$\{[^{}]{0,40}\$\{` },
    {
      name: 'lookup spelt out',
      level: 1,
      at: ['jndi', 'j'],
      pattern: String.raw`jndi ?: ?(?:ldaps?|rmi|dns|nis|iiop|corba|nds|https?|\$)`,
    },
    {
      name: 'name of a directory',
      level: 2,
      at: ['ldap', 'ldaps', 'rmi', 'iiop', 'corbaname'],
      pattern: `(?:ldaps?|rmi|iiop|corbaname):/{2}`,
    },
    { name: 'default that spells a letter', level: 1, at: [':-'], pattern: String.raw`(?<=\{[a-z:]{0,20}):-[a-z:]` },
  ],
}

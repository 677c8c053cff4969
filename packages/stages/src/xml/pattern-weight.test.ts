import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isQuick } from './pattern-weight.ts'

for (const pattern of [
  '\\d{4}-\\d{2}-\\d{2}',
  '[A-Z]{2,3}\\d{1,6}',
  '[A-Z]+',
  '[A-Za-z0-9._-]{1,40}@[a-z.-]{1,40}',
  '(a|b|c)-\\d?',
  '(ab){3}',
  '\\p{L}{1,20}',
  '[a-z-[aeiou]]{1,9}',
  '[()*+|]+x',
]) {
  test(`${pattern} is quick`, () => assert.equal(isQuick(pattern), true))
}

for (const pattern of [
  '(a+)+b',
  '(a|aa)+b',
  '(.*a){10}',
  '(a{1,30}){1,30}b',
  '.*.*x',
  '(a*b*)*',
  '(a{1,20}b?){9}',
  '(a|a){20}',
  '((a+)b){2,}',
]) {
  test(`${pattern} may take long`, () => assert.equal(isQuick(pattern), false))
}

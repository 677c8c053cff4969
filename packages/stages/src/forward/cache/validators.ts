import { HeaderList } from '@sallyport/core'
import { weakTag } from './condition.ts'
import type { StoredAnswer } from './stored.ts'

type Kept = Pick<StoredAnswer, 'headers'>

/** The fields that ask whether an answer still holds; none where it can't be told (RFC 9111 section 4.3.1). */
export function validatorsOf({ headers }: Kept): string[] {
  const list = new HeaderList(headers)
  const [tag, modified] = [list.get('etag'), list.get('last-modified')]
  return [
    ...(tag === undefined ? [] : ['If-None-Match', tag]),
    ...(modified === undefined ? [] : ['If-Modified-Since', modified]),
  ]
}

/** Whether a 304 with these fields can be about an answer: where it names another one, it isn't (RFC 9111 section 4.3.4). */
export function confirms(headers: HeaderList, stored: Kept): boolean {
  const [said, kept] = [headers.get('etag'), new HeaderList(stored.headers).get('etag')]
  return said === undefined || kept === undefined || weakTag(said) === weakTag(kept)
}

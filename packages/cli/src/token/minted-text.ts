import type { MintedToken } from '@sallyport/contract'
import { clientText } from './client-lines.ts'

/** An id may begin with a dash, which would make it an option. */
const asWord = (id: string) => (id.startsWith('-') ? `-- ${id}` : id)

/** What to know of a token that was made, beside the token itself. */
export function mintedText(
  { audience, expires, id, masked }: Omit<MintedToken, 'token'>,
  url: string,
  clients: Readonly<Record<string, string>>,
): string {
  const bare = masked ? '' : 'The credential has less than 16 bytes: an answer that repeats it is not masked.\n'
  const until = `Good for ${audience} until ${expires}. \`sallyport token revoke ${asWord(id)}\` ends it.\n${bare}`
  if (Object.keys(clients).length === 0) return `${until}Its bearer calls ${url}/… with it.\n`
  return `${until}Its bearer calls ${url}/… with it. To paste, with the token in the environment as TOKEN:\n${clientText(clients)}`
}

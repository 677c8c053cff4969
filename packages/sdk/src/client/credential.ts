/** What proves who calls. */
export type Credential =
  | { readonly bearer: string }
  | { readonly basic: { readonly username: string; readonly password: string } }
  | { readonly header: Readonly<Record<string, string>> }

/** A credential, or what gives it for each call: a token that is renewed. */
export type CredentialSource = Credential | (() => Credential | Promise<Credential>)

/** RFC 7617: UTF-8 in Base64. */
function basicOf({ username, password }: { readonly username: string; readonly password: string }): string {
  if (username.includes(':')) throw new TypeError('credential.basic.username: must not hold a colon (RFC 7617)')
  return btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)))
}

/** The fields in which a credential stands. */
export async function credentialFields(
  source: CredentialSource | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (source === undefined) return {}
  const credential = typeof source === 'function' ? await source() : source
  if ('bearer' in credential) return { authorization: `Bearer ${credential.bearer}` }
  if ('basic' in credential) return { authorization: `Basic ${basicOf(credential.basic)}` }
  return credential.header
}

/** The cookie that bears the id of a session. */
export interface SessionCookie {
  readonly name: string
  readonly sameSite: 'Lax' | 'Strict'
  /** Whether it goes over TLS alone. */
  readonly secure: boolean
}

const attributes = ({ sameSite, secure }: SessionCookie) =>
  `Path=/; ${secure ? 'Secure; ' : ''}HttpOnly; SameSite=${sameSite}`

/** A Set-Cookie that a browser keeps until it is closed (RFC 6265 section 4.1). */
export const sessionCookie = (cookie: SessionCookie, id: string): string =>
  `${cookie.name}=${id}; ${attributes(cookie)}`

/** A Set-Cookie that takes it away. */
export const clearedCookie = (cookie: SessionCookie): string => `${cookie.name}=; Max-Age=0; ${attributes(cookie)}`

/** A token, as names of fields and cookies are (RFC 9110 section 5.6.2): a piece of a pattern. */
export const httpToken = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"

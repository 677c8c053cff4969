const named = /;[ \t]*charset=(?:utf-?8|"utf-?8")[ \t]*(?=;|$)/gi

/**
 * JSON is UTF-8 (RFC 8259 section 8.1); a backend that minds another charset would read another text. Some take `charset*` (RFC 8187),
 * or parameters that don't stand where they should, so that the word stands nowhere else.
 */
export const isUtf8 = (type: string) => !/charset/i.test(type.replace(named, ''))

/** A media type without its parameters, in lower case. */
export const mediaType = (written: string): string => written.split(';')[0]?.trim().toLowerCase() ?? ''

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** A text as it stands between tags or in quotes: what a reader would normalise is written out too (XML 1.0 sections 2.11 and 3.3.3). */
export const escapedXml = (text: string): string =>
  text.replace(/[&<>"'\t\n\r]/g, sign => signs[sign] ?? `&#${sign.charCodeAt(0)};`)

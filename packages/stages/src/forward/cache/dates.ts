const imfFixdate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** A date of RFC 9110 section 5.6.7 as milliseconds since the epoch; NaN where it isn't one, or in a form that is obsolete. */
export const dateOf = (text: string): number => (imfFixdate.test(text) ? Date.parse(text) : Number.NaN)

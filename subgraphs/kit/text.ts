// Control characters, but for the tab and the ends of lines, and halves of surrogate pairs: no text of people's
// has them.
const unacceptable = /[^\P{Cc}\t\n\r]|\p{Surrogate}/u

// PostgreSQL's text holds neither NUL nor half a surrogate pair, which GraphQL strings may carry.
const unstorable = /[\0\p{Surrogate}]/u

/** Whether the text can be in the database at all. What can't is never found, and need not be looked for. */
export const isStorable = (text: string): boolean => !unstorable.test(text)

/** How many characters a text has, as PostgreSQL's `char_length` counts them: an emoji is one. */
export const characters = (text: string): number => [...text].length

/**
 * A text as somebody wrote it, without the blanks around it; null when it is empty, longer than `max`
 * characters, or has characters that no text has.
 */
export function readText(text: string, max: number): string | null {
  const trimmed = text.trim()
  return trimmed !== '' && characters(trimmed) <= max && !unacceptable.test(trimmed) ? trimmed : null
}

/** Like `readText`, for what stands in one line: ends of lines and runs of blanks become one blank. */
export const readLine = (text: string, max: number): string | null => readText(text.replace(/\s+/g, ' '), max)

/** A name as strangers see it: `Ada Lovelace` is `Ada L.` */
export function shortName(name: string): string {
  const [first = '', ...others] = name.trim().split(/\s+/)
  const [initial] = others.at(-1) ?? ''
  return initial === undefined ? first : `${first} ${initial.toLocaleUpperCase('en')}.`
}

// PostgreSQL's text holds neither NUL nor half a surrogate pair, which GraphQL strings may carry.
const unstorable = /[\0\p{Surrogate}]/u

/** Whether the text can be in the database at all. What can't is never found, and need not be looked for. */
export const isStorable = (text: string): boolean => !unstorable.test(text)

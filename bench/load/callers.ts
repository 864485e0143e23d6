const countLength = 5
let made = 0

/** A token that no request had before, as long as any other, and like nothing else that stands in an answer. */
export function newToken(): string {
  made++
  return `q${made.toString(36).padStart(countLength, '0')}`
}

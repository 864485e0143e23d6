const tokenLength = 12
const prefix = process.pid.toString(36)
let made = 0

/** A token that no request had before, as long as any other. */
export function newToken(): string {
  made++
  return prefix + made.toString(36).padStart(tokenLength - prefix.length, '0')
}

import { execFileSync } from 'node:child_process'
import path from 'node:path'

/** A commit of the repository that a folder is in. */
export interface Commit {
  /** Its full hash. */
  hash: string
  /** The text of a file in it, by its path in the checkout; null where it has none. */
  read: (file: string) => string | null
}

/**
 * Finds where the checkout has left a ref: what came to the ref afterwards is no change of the checkout's.
 * Null outside of git, without git, or where there is no such ref.
 */
export function findCommit(folder: string, ref: string): Commit | null {
  const commit = git(folder, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ])?.trim()
  if (!commit) return null
  // A shallow clone may have both ends, and not where they parted.
  const hash = git(folder, ['merge-base', commit, 'HEAD'])?.trim() || commit
  return {
    hash,
    read: (file) => git(folder, ['show', `${hash}:./${path.relative(folder, file)}`]),
  }
}

/** Null where git says no, or is not there. */
function git(folder: string, argv: readonly string[]): string | null {
  try {
    return execFileSync('git', ['-C', folder, ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 256 * 1024 * 1024,
    })
  } catch {
    return null
  }
}

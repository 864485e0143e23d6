import type { ProcessIdentity } from './process-identity.js'

export type LockAttempt = { release: () => void; owner: null } | { release: null; owner: ProcessIdentity }

/** @throws a system error when the lock's place can't be written. */
export function tryLock(directory: string): LockAttempt

/** @throws a system error when the lock's place can't be written. @returns the function that releases it */
export function takeLock(
  directory: string,
  options: { onWait: (owner: ProcessIdentity) => void },
): Promise<() => void>

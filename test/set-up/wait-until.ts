import { setTimeout as pause } from 'node:timers/promises'

interface WaitOptions {
  /** What is waited for, in words that follow "after … ms". */
  until: string | (() => string)
  timeoutMs?: number
  intervalMs?: number
}

/** Asks again and again until it is so. @throws when it is not in time. */
export async function waitUntil(
  isSo: () => boolean | Promise<boolean>,
  { until, timeoutMs = 30_000, intervalMs = 50 }: WaitOptions,
): Promise<void> {
  const endsAt = performance.now() + timeoutMs
  while (!(await isSo())) {
    if (performance.now() > endsAt)
      throw new Error(`after ${timeoutMs} ms ${typeof until === 'string' ? until : until()}`)
    await pause(intervalMs)
  }
}

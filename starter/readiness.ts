import { setTimeout as delay } from 'node:timers/promises'

async function isReady(url: URL, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/** Whether the service at `address` has become ready, before `signal` ended the wait. */
export async function untilReady(address: string, signal: AbortSignal): Promise<boolean> {
  const url = new URL('/health/ready', address)
  while (!signal.aborted) {
    if (await isReady(url, signal)) return true
    await delay(100, undefined, { signal }).catch(() => undefined)
  }
  return false
}

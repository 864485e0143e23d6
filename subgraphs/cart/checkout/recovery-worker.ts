import { setTimeout as sleep } from 'node:timers/promises'
import type { PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { Logger } from '../../../service/log.ts'
import { reason } from '../../kit/database/errors.ts'
import type { BackgroundWork } from '../../kit/subgraph.ts'
import { forgetLookupFailures } from '../orders/order-lookup.ts'
import type { CheckoutRunner } from './run-checkout.ts'

interface WorkerOptions {
  prisma: PrismaClient
  runner: CheckoutRunner
  /** Does what orders ask for elsewhere. @returns how much was tried. */
  carryOutEffects: () => Promise<number>
  log: Logger
  pollMs: number
}

const hourMs = 3_600_000

/**
 * Takes up every checkout and everything that an order asks for which is due and which nobody is at: after a crash,
 * after an outage, when a bank has decided. Any number of processes may do so at once.
 */
export function startRecoveryWorker({
  prisma,
  runner,
  carryOutEffects,
  log,
  pollMs,
}: WorkerOptions): BackgroundWork {
  const stopping = new AbortController()
  let failing = false
  let cleanedAt = 0

  async function round(): Promise<boolean> {
    const [checkouts, effects] = await Promise.all([runner.recover(), carryOutEffects()])
    if (Date.now() - cleanedAt > hourMs) {
      cleanedAt = Date.now()
      await forget(prisma)
    }
    return checkouts + effects > 0
  }

  const done = (async () => {
    while (!stopping.signal.aborted) {
      let pauseMs = pollMs
      try {
        if (await round()) pauseMs = 0
        failing = false
      } catch (error) {
        if (!failing) log.warn({ reason: reason(error) }, 'checkouts can not be looked after')
        failing = true
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()

  return {
    name: 'checkouts',
    status: () => ({ underWay: runner.driving(), state: failing ? 'failing' : 'current' }),
    async stop() {
      stopping.abort()
      await done
      await runner.stop()
    },
  }
}

/** Keeps what only has to be known for a while from piling up. */
async function forget(prisma: PrismaClient): Promise<void> {
  await prisma.$executeRaw`/* background */ DELETE FROM "PaymentEvent" WHERE "at" < now() - interval '30 days'`
  await forgetLookupFailures(prisma)
}

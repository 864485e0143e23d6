import { setTimeout as sleep } from 'node:timers/promises'
import type { PrismaClient } from '../../prisma/products/generated/client.ts'
import { reason } from '../kit/database/errors.ts'
import type { BackgroundWork, Services } from '../kit/subgraph.ts'
import { endHolds } from './stock-reservations.ts'

/** How many reservations end in a transaction. */
const batchSize = 50
const limits = { maxWait: 5_000, timeout: 10_000 }

/**
 * Ends the reservations whose time is over, so that shoppers see what has come free. Who reserves or commits goes
 * by the clock and does not wait for this. Any number of replicas may be at it: none takes what another has.
 */
export function sweepExpiredStock(
  { prisma, log }: Pick<Services<PrismaClient>, 'prisma' | 'log'>,
  { everyMs = 1_000 }: { everyMs?: number } = {},
): BackgroundWork {
  const stopping = new AbortController()
  let sweptAt: Date | null = null
  let failing = false

  const isAnyExpired = async () => {
    const [row] = await prisma.$queryRaw<{ any: boolean }[]>`
      /* background */ SELECT EXISTS (
        SELECT FROM "StockReservation" WHERE "status" = 'HELD' AND "expiresAt" <= clock_timestamp()
      ) AS "any"`
    return row?.any ?? false
  }

  const sweep = () =>
    prisma.$transaction(async (tx) => {
      const expired = await tx.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM "StockReservation" WHERE "status" = 'HELD' AND "expiresAt" <= clock_timestamp()
        ORDER BY "expiresAt" LIMIT ${batchSize} FOR NO KEY UPDATE SKIP LOCKED`
      if (expired.length > 0) {
        await endHolds(
          tx,
          expired.map(({ id }) => id),
          'EXPIRED',
        )
      }
      return expired.length === batchSize
    }, limits)

  async function run() {
    while (!stopping.signal.aborted) {
      try {
        if (await isAnyExpired()) while ((await sweep()) && !stopping.signal.aborted);
        sweptAt = new Date()
        failing = false
      } catch (error) {
        // Once for each outage, not once for each attempt.
        if (!failing && !stopping.signal.aborted) {
          log.warn({ reason: reason(error) }, 'expired reservations could not be ended')
        }
        failing = true
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const done = run()
  return {
    name: 'stockExpiry',
    status: () => ({ sweptAt: sweptAt?.toISOString() ?? null, state: failing ? 'failing' : 'current' }),
    async stop() {
      stopping.abort()
      await done
    },
  }
}

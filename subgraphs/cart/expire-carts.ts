import { setTimeout as sleep } from 'node:timers/promises'
import type { Prisma, PrismaClient } from '../../prisma/cart/generated/client.ts'
import type { BackgroundWork, Services } from '../kit/subgraph.ts'
import type { CartSettings } from './cart-settings.ts'

/** Carts that go in one statement, so that none holds the table up for long. */
const batchSize = 500
const sweepMs = 600_000

/**
 * Throws away carts that nobody has changed for as long as the settings say: none that changes meanwhile,
 * and none that is being paid for.
 * @returns how many went
 */
export async function expireCarts(
  tx: Prisma.TransactionClient,
  { guestCartDays, customerCartDays }: CartSettings,
  now: Date,
): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM "Cart" WHERE "id" IN (
      SELECT "id" FROM "Cart" cart
      WHERE "updatedAt" < ${now}::timestamptz
          - make_interval(days => CASE WHEN "customerId" IS NULL THEN ${guestCartDays}::int ELSE ${customerCartDays}::int END)
        -- Bounds that the index can use.
        AND "updatedAt" < ${now}::timestamptz - make_interval(days => ${Math.min(guestCartDays, customerCartDays)}::int)
        AND NOT EXISTS (
          SELECT FROM "Checkout" checkout
          WHERE checkout."cartId" = cart."id" AND checkout."status" NOT IN ('COMPLETED', 'UNDONE')
        )
      ORDER BY "updatedAt" LIMIT ${batchSize} FOR UPDATE SKIP LOCKED
    )`
}

/** Sweeps now and then, for as long as the process runs. Several processes at it do not get into each other's way. */
export function sweepCarts(
  { prisma, log }: Pick<Services<PrismaClient>, 'prisma' | 'log'>,
  settings: CartSettings,
): BackgroundWork {
  const stopping = new AbortController()
  let sweptAt: Date | null = null
  let expired = 0

  async function sweep(): Promise<void> {
    let gone = batchSize
    while (gone === batchSize && !stopping.signal.aborted) {
      gone = await expireCarts(prisma, settings, new Date())
      expired += gone
    }
    sweptAt = new Date()
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sweep().catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'abandoned carts could not be thrown away')
      })
      await sleep(sweepMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const done = run()
  return {
    name: 'cartSweeper',
    status: () => ({ sweptAt: sweptAt?.toISOString() ?? null, expired }),
    async stop() {
      stopping.abort()
      await done
    },
  }
}

import type { Prisma } from '../../../prisma/cart/generated/client.ts'

interface ClaimOptions {
  checkoutId: string
  discountIds: readonly string[]
  /** By `customerKeyOf`; null where it is not known who buys. */
  customerKey: string | null
}

/** A discount whose uses are gone. */
export interface UsedUp {
  discountId: string
  reason: 'USAGE_LIMIT_REACHED' | 'CUSTOMER_USAGE_LIMIT_REACHED' | 'CUSTOMER_UNKNOWN' | 'NOT_FOUND'
}

interface LockedDiscount {
  id: string
  usageLimit: number | null
  uses: number
  usageLimitPerCustomer: number | null
}

/** Locks them in one order, so that two checkouts never wait for each other in a circle. */
const lockDiscounts = (tx: Prisma.TransactionClient, ids: readonly string[]) => tx.$queryRaw<
  LockedDiscount[]
>`
  SELECT "id", "usageLimit", "uses", "usageLimitPerCustomer" FROM "Discount"
  WHERE "id" = ANY(${ids}::uuid[]) ORDER BY "id" FOR NO KEY UPDATE`

/**
 * Takes one use of each discount for a checkout: all of them or none. Whoever takes a use of the same discount waits
 * for this transaction, so that a limit is never exceeded however many check out at once. What the checkout has
 * taken already is not taken again.
 * @returns those of which none is left; empty when all were taken.
 */
export async function claimDiscounts(
  tx: Prisma.TransactionClient,
  { checkoutId, discountIds, customerKey }: ClaimOptions,
): Promise<UsedUp[]> {
  if (discountIds.length === 0) return []
  const discounts = await lockDiscounts(tx, discountIds)
  const used = await tx.$queryRaw<{ discountId: string; byCheckout: boolean; byCustomer: number }[]>`
    SELECT "discountId", bool_or("checkoutId" = ${checkoutId}::uuid) AS "byCheckout",
           count(*) FILTER (WHERE "customerKey" = ${customerKey}::text)::int AS "byCustomer"
    FROM "DiscountUse"
    WHERE "discountId" = ANY(${discountIds}::uuid[])
      AND ("checkoutId" = ${checkoutId}::uuid OR "customerKey" = ${customerKey}::text)
    GROUP BY "discountId"`
  const uses = new Map(used.map((row) => [row.discountId, row]))
  const open = discounts.filter(({ id }) => !uses.get(id)?.byCheckout)

  const known = new Set(discounts.map(({ id }) => id))
  const usedUp: UsedUp[] = discountIds
    .filter((id) => !known.has(id))
    .map((discountId) => ({ discountId, reason: 'NOT_FOUND' }))
  for (const { id: discountId, usageLimit, uses: taken, usageLimitPerCustomer } of open) {
    const byCustomer = uses.get(discountId)?.byCustomer ?? 0
    if (usageLimit !== null && taken >= usageLimit) usedUp.push({ discountId, reason: 'USAGE_LIMIT_REACHED' })
    else if (usageLimitPerCustomer === null) continue
    else if (customerKey === null) usedUp.push({ discountId, reason: 'CUSTOMER_UNKNOWN' })
    else if (byCustomer >= usageLimitPerCustomer) {
      usedUp.push({ discountId, reason: 'CUSTOMER_USAGE_LIMIT_REACHED' })
    }
  }
  if (usedUp.length > 0 || open.length === 0) return usedUp

  const ids = open.map(({ id }) => id)
  await tx.$executeRaw`
    INSERT INTO "DiscountUse" ("discountId", "checkoutId", "customerKey")
    SELECT "id", ${checkoutId}::uuid, ${customerKey}::text FROM unnest(${ids}::uuid[]) AS taken ("id")`
  await tx.$executeRaw`UPDATE "Discount" SET "uses" = "uses" + 1 WHERE "id" = ANY(${ids}::uuid[])`
  return []
}

/** Gives back what a checkout has taken. Done again, or for one that took nothing, it changes nothing. */
export async function releaseDiscounts(tx: Prisma.TransactionClient, checkoutId: string): Promise<void> {
  const taken = await tx.$queryRaw<{ discountId: string }[]>`
    SELECT "discountId" FROM "DiscountUse" WHERE "checkoutId" = ${checkoutId}::uuid`
  if (taken.length === 0) return
  await lockDiscounts(
    tx,
    taken.map(({ discountId }) => discountId),
  )
  await tx.$executeRaw`
    WITH given AS (DELETE FROM "DiscountUse" WHERE "checkoutId" = ${checkoutId}::uuid RETURNING "discountId")
    UPDATE "Discount" SET "uses" = "uses" - 1 WHERE "id" IN (SELECT "discountId" FROM given)`
}

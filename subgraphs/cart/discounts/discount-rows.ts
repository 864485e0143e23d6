import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { listForEach } from '../../kit/batching.ts'
import type { Site } from '../../kit/sites.ts'
import type { CartModel, DiscountModel } from '../mappers.ts'
import type { Discount, DiscountValue, Entitlement } from '../pricing/pricing.ts'

/** Who uses a discount, where that counts: a customer or, of a guest, their e-mail address. Null for nobody known. */
export function customerKeyOf({ customerId, email }: Pick<CartModel, 'customerId' | 'email'>): string | null {
  if (customerId !== null) return `customer:${customerId}`
  return email === null ? null : `email:${email.toLowerCase()}`
}

const holdsFor = (
  variantIds: readonly string[],
  productIds: readonly string[],
  collectionIds: readonly string[],
): Entitlement => ({ variantIds, productIds, collectionIds })

function discountValue(row: DiscountModel): DiscountValue {
  const { valueType, millionths, amount, each, buyQuantity, getQuantity, mostTimes } = row
  const lacks = (what: string) => new Error(`the discount ${row.id} has no ${what}`)
  switch (valueType) {
    case 'PERCENTAGE':
      if (millionths === null) throw lacks('share')
      return { type: valueType, millionths }
    case 'AMOUNT':
      if (amount === null) throw lacks('amount')
      return { type: valueType, amount, each }
    case 'FREE_DELIVERY':
      return { type: valueType }
    case 'BUY_X_GET_Y': {
      if (millionths === null || buyQuantity === null || getQuantity === null) throw lacks('quantities')
      const gets = holdsFor(row.getVariantIds, row.getProductIds, row.getCollectionIds)
      return { type: valueType, millionths, buyQuantity, getQuantity, mostTimes, gets }
    }
  }
}

interface CandidateRow extends DiscountModel {
  cartId: string
  usesByCustomer: number | null
}

/** For each cart the discounts that may apply to it: the automatic ones of the moment, and those of its codes. */
export async function loadCandidates(
  tx: Prisma.TransactionClient,
  carts: readonly (Pick<CartModel, 'id' | 'customerId' | 'email' | 'discountCodes'> & { site: Site })[],
  now: Date,
): Promise<Discount[][]> {
  const wanted = carts.map((cart) => ({
    id: cart.id,
    site: cart.site,
    codes: cart.discountCodes,
    customerKey: customerKeyOf(cart),
  }))
  const rows = await tx.$queryRaw<CandidateRow[]>`
    SELECT wanted."id" AS "cartId", discount.*,
           CASE WHEN wanted."customerKey" IS NOT NULL AND discount."usageLimitPerCustomer" IS NOT NULL THEN (
             SELECT count(*)::int FROM "DiscountUse" used
             WHERE used."discountId" = discount."id" AND used."customerKey" = wanted."customerKey"
           ) END AS "usesByCustomer"
    FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      AS wanted ("id" uuid, "site" text, "codes" text[], "customerKey" text)
    -- Two look-ups in the index by site and code for each cart: as one condition, all codes of the site are read.
    CROSS JOIN LATERAL (
      SELECT named.* FROM unnest(wanted."codes") AS given ("code")
      JOIN "Discount" named ON named."site" = wanted."site" AND named."code" = given."code"
      UNION ALL
      SELECT automatic.* FROM "Discount" automatic
      WHERE automatic."site" = wanted."site" AND automatic."code" IS NULL AND automatic."startsAt" <= ${now}::timestamptz
        AND (automatic."endsAt" IS NULL OR automatic."endsAt" > ${now}::timestamptz)
    ) discount`
  return listForEach(
    carts.map(({ id }) => id),
    rows,
    ({ cartId }) => cartId,
  ).map((list) => list.map((row) => toDiscount(row)))
}

function toDiscount(row: CandidateRow): Discount {
  const { id, title, code, discountClass, minimumSubtotal, minimumQuantity, startsAt, endsAt } = row
  const { usageLimit, uses, usageLimitPerCustomer, usesByCustomer, combinesWith } = row
  return {
    ...{ id, title, code, discountClass, minimumSubtotal, minimumQuantity, startsAt, endsAt },
    ...{ usageLimit, uses, usageLimitPerCustomer, usesByCustomer, combinesWith },
    value: discountValue(row),
    entitled: holdsFor(row.variantIds, row.productIds, row.collectionIds),
  }
}

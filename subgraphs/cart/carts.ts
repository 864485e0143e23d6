import type { Prisma } from '../../prisma/cart/generated/client.ts'
import { listForEach, oneForEach } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import type { Site } from '../kit/sites.ts'
import type { CartLineModel, CartModel } from './mappers.ts'
import { priceAt, type SitePrice } from './price.ts'
import { maxQuantity } from './user-errors.ts'

/** Whether the caller may see and change a cart: a guest's is open to whoever knows its id, on its own site. */
export const mayUse = ({ customerId, site }: CartModel, caller: Caller): boolean =>
  site === caller.site && (customerId === null || customerId === caller.customerId)

/** The carts with these uuids, whoever's they are. */
export async function loadCarts(
  tx: Prisma.TransactionClient,
  ids: readonly string[],
): Promise<(CartModel | null)[]> {
  const rows = await tx.$queryRaw<CartModel[]>`SELECT * FROM "Cart" WHERE "id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

/** The carts that these customers have on a site. */
export async function loadCartsOfCustomers(
  tx: Prisma.TransactionClient,
  customerIds: readonly string[],
  site: Site,
): Promise<(CartModel | null)[]> {
  const rows = await tx.$queryRaw<CartModel[]>`
    SELECT * FROM "Cart" WHERE "customerId" = ANY(${customerIds}::uuid[]) AND "site" = ${site}`
  return oneForEach(customerIds, rows, ({ customerId }) => customerId ?? '')
}

type CartLineRow = Omit<CartLineModel, 'unitPrice'> & { price: SitePrice | null }

/** The lines of these carts, priced for a moment by the copy of the catalogue. */
export async function loadCartLines(
  tx: Prisma.TransactionClient,
  cartIds: readonly string[],
  moment: Date,
): Promise<CartLineModel[][]> {
  const rows = await tx.$queryRaw<CartLineRow[]>`
    SELECT line."id", line."cartId", line."variantId", line."productId", line."quantity",
           line."unitPrice" AS "unitPriceWhenAdded", cart."currency",
           coalesce(variant."title", line."title") AS "title",
           coalesce(variant."variantTitle", line."variantTitle") AS "variantTitle",
           variant."prices" -> cart."site" AS "price",
           coalesce(NOT variant."removed" AND variant."availability" <> 'SOLD_OUT'
             AND variant."prices" ? cart."site", false) AS "available",
           coalesce(variant."availability" = 'LOW_STOCK', false) AS "scarce",
           variant."weightGrams", coalesce(variant."collectionIds", '{}') AS "collectionIds",
           least(${maxQuantity}::int, bound."maximum") AS "maximumQuantity",
           coalesce((
             SELECT min(class."taxClass") FROM "TaxClassification" class
             WHERE class."collectionId" = ANY(variant."collectionIds")
           ), 'STANDARD') AS "taxClass"
    FROM "CartLine" line
    JOIN "Cart" cart ON cart."id" = line."cartId"
    LEFT JOIN "CatalogueVariant" variant ON variant."id" = line."variantId"
    LEFT JOIN "QuantityLimit" bound ON bound."site" = cart."site" AND bound."variantId" = line."variantId"
    WHERE line."cartId" = ANY(${cartIds}::uuid[])
    ORDER BY line."position", line."id"`
  const lines = rows.map(({ price, ...row }) => ({
    ...row,
    // What the site does not sell any more keeps the price that it had.
    unitPrice: price === null ? row.unitPriceWhenAdded : priceAt(price, moment),
  }))
  return listForEach(cartIds, lines, ({ cartId }) => cartId)
}

import { Prisma } from '../../prisma/products/generated/client.ts'
import type { Moment } from './product-rows.ts'

/** A list of products: all that a site sells, or those of a collection, whose uuid is an expression of the statement. */
export type List = 'all' | { collection: Prisma.Sql }

/** The database's name for the list of all products; no collection has this id. */
const wholeShop = Prisma.sql`whole_shop()`

/** Whether `listing` is a product's row of the moment in the list: one for each product of the site. */
export function isInList({ site, now }: Moment, list: List): Prisma.Sql {
  const isList =
    list === 'all'
      ? Prisma.sql`listing."collectionId" = ${wholeShop}`
      : Prisma.sql`listing."collectionId" = ${list.collection} AND ${list.collection} <> ${wholeShop}`
  return Prisma.sql`${isList} AND listing."site" = ${site}
    AND listing."startsAt" <= ${now}::timestamptz AND listing."endsAt" > ${now}::timestamptz`
}

/** Whether the product of `listing` stands in a collection, or below it, as well. */
export const isListed = (collection: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM "Listing" other
  WHERE other."productId" = listing."productId" AND other."site" = listing."site"
    AND other."collectionId" = ${collection} AND ${collection} <> ${wholeShop} AND other."startsAt" = '-infinity')`

/** How many products a list of the site has. */
export const listCount = ({ site }: Moment, list: List): Prisma.Sql => Prisma.sql`coalesce((
  SELECT list_count."products" FROM "ListingCount" list_count
  WHERE list_count."site" = ${site} AND list_count."collectionId" = ${
    list === 'all' ? wholeShop : Prisma.sql`nullif(${list.collection}, ${wholeShop})`
  }), 0)`

/** All of `conditions`. */
export const every = (conditions: readonly Prisma.Sql[]): Prisma.Sql =>
  conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ')

import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import { oneForEach } from '../kit/batching.ts'
import type { Site } from '../kit/sites.ts'
import { isStorable } from '../kit/text.ts'
import type { ProductModel } from './mappers.ts'

/** Where and when a price is asked for. One instant for a whole request, so that its prices agree. */
export interface Moment {
  site: Site
  now: Date
}

/** The `offer` of the moment belongs to `product`: both are rows, by their names in the statement. */
export const isOfferOfMoment = ({ site, now }: Moment): Prisma.Sql => Prisma.sql`
  offer."productId" = product."id" AND offer."site" = ${site}
  AND offer."startsAt" <= ${now}::timestamptz AND offer."endsAt" > ${now}::timestamptz`

/** A `ProductModel` of `product` and its `offer`. */
export const productColumns = Prisma.sql`
  product."id", product."slug", product."title", product."titleOrder", product."description", product."brand",
  product."tags", product."options", product."availability", product."publishedAt",
  product."published", product."version", product."seoTitle", product."seoDescription",
  offer."minimum", offer."maximum", offer."compareAtMinimum", offer."compareAtMaximum", offer."reduction"`

/** By uuid, whether the site sells them or not. */
export async function loadProducts(
  prisma: PrismaClient,
  moment: Moment,
  ids: readonly string[],
): Promise<(ProductModel | null)[]> {
  const rows = await prisma.$queryRaw<ProductModel[]>`
    SELECT ${productColumns}
    FROM "Product" product LEFT JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    WHERE product."id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

export async function loadProductsBySlug(
  prisma: PrismaClient,
  moment: Moment,
  slugs: readonly string[],
): Promise<(ProductModel | null)[]> {
  const rows = await prisma.$queryRaw<ProductModel[]>`
    SELECT ${productColumns}
    FROM "Product" product LEFT JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    WHERE product."slug" = ANY(${slugs.filter(isStorable)}::text[])`
  return oneForEach(slugs, rows, ({ slug }) => slug)
}

/** What the caller's site does not sell is not there for lookups and lists. */
export const soldHere = (product: ProductModel | null): ProductModel | null =>
  product?.minimum == null ? null : product

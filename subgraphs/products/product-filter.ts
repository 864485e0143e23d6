import { Prisma } from '../../prisma/products/generated/client.ts'
import { graphqlError } from '../../service/errors.ts'
import { toUuid } from '../kit/ids.ts'
import { isStorable } from '../kit/text.ts'
import type { ProductFilter } from './schema.generated.ts'

/** A filter whose values have been checked. Null, or an empty list, takes every product. */
export interface ReadFilter {
  /** A collection's uuid. */
  collection: string | null
  brands: readonly string[]
  tags: readonly string[]
  available: boolean | null
  onSale: boolean | null
  minPrice: number | null
  maxPrice: number | null
}

const maximumValues = 50

function readList(name: 'brands' | 'tags', values: readonly string[] | null | undefined): readonly string[] {
  if (values == null) return []
  if (values.length > maximumValues) {
    throw graphqlError(
      'BAD_USER_INPUT',
      `filter.${name} has ${values.length} values: it takes at most ${maximumValues}.`,
    )
  }
  const unstorable = values.find((value) => !isStorable(value))
  if (unstorable === undefined) return values
  throw graphqlError('BAD_USER_INPUT', `filter.${name} has a value that is not text.`)
}

function readCollection(id: string | null | undefined): string | null {
  if (id == null) return null
  const uuid = toUuid('coll', id)
  if (uuid !== null) return uuid
  throw graphqlError(
    'BAD_USER_INPUT',
    'filter.collection is not the id of a collection: those begin with coll_.',
  )
}

/** @throws BAD_USER_INPUT that names the value which is not acceptable. */
export function readFilter(filter: ProductFilter | null | undefined): ReadFilter {
  return {
    collection: readCollection(filter?.collection),
    brands: readList('brands', filter?.brands),
    tags: readList('tags', filter?.tags),
    available: filter?.available ?? null,
    onSale: filter?.onSale ?? null,
    minPrice: filter?.minPrice ?? null,
    maxPrice: filter?.maxPrice ?? null,
  }
}

/**
 * Whether `product` stands in a collection or below it. Collections stand in two levels.
 *
 * An array, so that the collection's products are found first and then sorted. Left to itself PostgreSQL walks
 * the whole shop in the order that is asked for until it has met enough of them, which are many rows where a
 * collection is all dear or all cheap.
 */
export const isInCollection = (collection: Prisma.Sql): Prisma.Sql => Prisma.sql`product."id" = ANY(ARRAY(
  SELECT DISTINCT membership."productId"
  FROM "ProductCollection" membership JOIN "Collection" holder ON holder."id" = membership."collectionId"
  WHERE holder."id" = ${collection} OR holder."parentId" = ${collection}
))`

/** What the filter asks of `product` and its `offer`, rows by their names in the statement. */
export function filterConditions(filter: ReadFilter): Prisma.Sql[] {
  const { collection, brands, tags, available, onSale, minPrice, maxPrice } = filter
  const conditions: Prisma.Sql[] = []
  if (collection !== null) conditions.push(isInCollection(Prisma.sql`${collection}::uuid`))
  if (brands.length > 0) conditions.push(Prisma.sql`product."brand" = ANY(${brands}::text[])`)
  if (tags.length > 0) conditions.push(Prisma.sql`product."tags" && ${tags}::text[]`)
  if (available === true) conditions.push(Prisma.sql`product."availability" <> 'SOLD_OUT'`)
  if (available === false) conditions.push(Prisma.sql`product."availability" = 'SOLD_OUT'`)
  if (onSale === true) conditions.push(Prisma.sql`offer."reduction" > 0`)
  if (onSale === false) conditions.push(Prisma.sql`offer."reduction" = 0`)
  if (minPrice !== null) conditions.push(Prisma.sql`offer."minimum" >= ${minPrice}::int`)
  if (maxPrice !== null) conditions.push(Prisma.sql`offer."minimum" <= ${maxPrice}::int`)
  return conditions
}

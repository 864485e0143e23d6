import type DataLoader from 'dataloader'
import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import { listForEach } from '../kit/batching.ts'
import { checkFirst, toConnection } from '../kit/paging.ts'
import type { ProductConnectionModel, ProductModel } from './mappers.ts'
import { filterConditions, isInCollection, type ReadFilter, readFilter } from './product-filter.ts'
import { orderOf } from './product-order.ts'
import { isOfferOfMoment, type Moment, productColumns } from './product-rows.ts'
import type { ProductFilter, ProductSort } from './schema.generated.ts'

export interface ProductPage {
  filter: ReadFilter
  sort: ProductSort
  first: number
  after: string | null
}

/** `FROM … WHERE …` of the products that the site sells now, and of which all `conditions` hold. */
const listed = (moment: Moment, conditions: readonly Prisma.Sql[]): Prisma.Sql => Prisma.sql`
  FROM "Product" product JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
  WHERE ${conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ')}`

function pageStatement(
  moment: Moment,
  { filter, sort, first, after }: ProductPage,
  scope: readonly Prisma.Sql[],
) {
  const { orderBy, isAfter } = orderOf({ sort, after })
  return Prisma.sql`
    SELECT ${productColumns} ${listed(moment, [...scope, ...filterConditions(filter), isAfter])}
    ORDER BY ${orderBy} LIMIT ${first + 1}`
}

const countStatement = (moment: Moment, filter: ReadFilter, scope: readonly Prisma.Sql[]) =>
  Prisma.sql`SELECT count(*)::int AS "count" ${listed(moment, [...scope, ...filterConditions(filter)])}`

/** `first + 1` of the site's products. */
const loadPage = (prisma: PrismaClient, moment: Moment, page: ProductPage): Promise<ProductModel[]> =>
  prisma.$queryRaw<ProductModel[]>(pageStatement(moment, page, []))

async function countProducts(prisma: PrismaClient, moment: Moment, filter: ReadFilter): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: number }[]>(countStatement(moment, filter, []))
  return row?.count ?? 0
}

const inListed = isInCollection(Prisma.sql`list."collection"`)

/** For each collection `first + 1` products, by one statement for all of them. */
export async function loadCollectionPages(
  prisma: PrismaClient,
  moment: Moment,
  collections: readonly string[],
  page: ProductPage,
): Promise<ProductModel[][]> {
  const rows = await prisma.$queryRaw<(ProductModel & { collection: string })[]>`
    SELECT list."collection", page.*
    FROM unnest(${collections}::uuid[]) AS list ("collection")
    CROSS JOIN LATERAL (
      SELECT *, row_number() OVER () AS "place" FROM (${pageStatement(moment, page, [inListed])}) AS ordered
    ) page
    ORDER BY list."collection", page."place"`
  return listForEach(collections, rows, ({ collection }) => collection)
}

/** How many products each collection has, by one statement for all of them. */
export async function countCollections(
  prisma: PrismaClient,
  moment: Moment,
  collections: readonly string[],
  filter: ReadFilter,
): Promise<number[]> {
  const rows = await prisma.$queryRaw<{ collection: string; count: number }[]>`
    SELECT list."collection", (${countStatement(moment, filter, [inListed])}) AS "count"
    FROM unnest(${collections}::uuid[]) AS list ("collection")`
  const counts = new Map(rows.map(({ collection, count }) => [collection, count]))
  return collections.map((collection) => counts.get(collection) ?? 0)
}

interface PageArguments {
  filter?: ProductFilter | null | undefined
  sort: ProductSort
  first: number
  after?: string | null | undefined
}

// The context imports this file, so this names what it takes of the context, and not the context.
interface Loading {
  prisma: PrismaClient
  moment: Moment
  loaders: {
    product: Pick<DataLoader<string, ProductModel | null>, 'prime'>
    productsOfCollection: (collection: string, page: ProductPage) => Promise<ProductModel[]>
    productCountOfCollection: (collection: string, filter: ReadFilter) => Promise<number>
  }
}

/**
 * A page of the site's products; of those in `collection` or below it, where one is given.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function productConnection(
  { prisma, moment, loaders }: Loading,
  { filter: asked, sort, first, after = null }: PageArguments,
  collection: string | null = null,
): Promise<ProductConnectionModel> {
  checkFirst(first, 100)
  const filter = readFilter(asked)
  const { sortKey } = orderOf({ sort, after })
  const page = { filter, sort, first, after }
  const rows =
    collection === null
      ? await loadPage(prisma, moment, page)
      : await loaders.productsOfCollection(collection, page)
  for (const row of rows) loaders.product.prime(row.id, row)
  return {
    ...toConnection({ rows, first, after, sortKey, toNode: (product) => product }),
    totalCount: () =>
      collection === null
        ? countProducts(prisma, moment, filter)
        : loaders.productCountOfCollection(collection, filter),
  }
}

const unfiltered = readFilter(null)

/** The shelf of the newest products. */
export function newArrivals({ prisma, moment }: Loading, first: number): Promise<ProductModel[]> {
  const page: ProductPage = { filter: unfiltered, sort: 'NEWEST', first: checkFirst(first, 50), after: null }
  return loadPage(prisma, moment, page).then((rows) => rows.slice(0, first))
}

/** The shelf of what is reduced now, the deepest reduction first. */
export function onSale({ prisma, moment }: Loading, first: number): Promise<ProductModel[]> {
  return prisma.$queryRaw<ProductModel[]>`
    SELECT ${productColumns} ${listed(moment, [Prisma.sql`offer."reduction" > 0`])}
    ORDER BY offer."reduction" DESC, offer."productId" DESC LIMIT ${checkFirst(first, 50)}`
}

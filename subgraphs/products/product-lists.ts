import type DataLoader from 'dataloader'
import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import { listForEach } from '../kit/batching.ts'
import { checkFirst, toConnection } from '../kit/paging.ts'
import { every, isInList, type List, listCount } from './listing.ts'
import type { ProductConnectionModel, ProductFacetsModel, ProductModel } from './mappers.ts'
import { type FacetRow, facetStatement, toFacets } from './product-facets.ts'
import { filterConditions, isUnfiltered, narrowed, type ReadFilter, readFilter } from './product-filter.ts'
import { orderOf } from './product-order.ts'
import { isOfferOfMoment, type Moment, productColumns } from './product-rows.ts'
import type { ProductFilter, ProductSort } from './schema.generated.ts'

export interface ProductPage {
  filter: ReadFilter
  sort: ProductSort
  first: number
  after: string | null
}

/** The rows of `first + 1` products of a list, and what places them in it. */
function pageStatement(moment: Moment, list: List, { filter: asked, sort, first, after }: ProductPage) {
  const { orderBy, isAfter } = orderOf({ sort, after })
  const { list: narrow, filter } = narrowed(list, asked)
  return Prisma.sql`
    SELECT ${productColumns} FROM (
      SELECT listing.* FROM "Listing" listing
      WHERE ${every([isInList(moment, narrow), ...filterConditions(filter), isAfter])}
      ORDER BY ${orderBy} LIMIT ${first + 1}
    ) listing
    JOIN "Product" product ON product."id" = listing."productId"
    JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    ORDER BY ${orderBy}`
}

function countStatement(moment: Moment, list: List, asked: ReadFilter): Prisma.Sql {
  const { list: narrow, filter } = narrowed(list, asked)
  if (isUnfiltered(filter)) return Prisma.sql`SELECT ${listCount(moment, narrow)} AS "count"`
  return Prisma.sql`
    SELECT count(*)::int AS "count" FROM "Listing" listing
    WHERE ${every([isInList(moment, narrow), ...filterConditions(filter)])}`
}

/** `first + 1` of the site's products. */
const loadPage = (prisma: PrismaClient, moment: Moment, page: ProductPage): Promise<ProductModel[]> =>
  prisma.$queryRaw<ProductModel[]>(pageStatement(moment, 'all', page))

async function countProducts(prisma: PrismaClient, moment: Moment, filter: ReadFilter): Promise<number> {
  const [row] = await prisma.$queryRaw<{ count: number }[]>(countStatement(moment, 'all', filter))
  return row?.count ?? 0
}

const ofListed: List = { collection: Prisma.sql`list."collection"` }

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
      SELECT *, row_number() OVER () AS "place" FROM (${pageStatement(moment, ofListed, page)}) AS ordered
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
    SELECT list."collection", (${countStatement(moment, ofListed, filter)}) AS "count"
    FROM unnest(${collections}::uuid[]) AS list ("collection")`
  const counts = new Map(rows.map(({ collection, count }) => [collection, count]))
  return collections.map((collection) => counts.get(collection) ?? 0)
}

/** What can narrow each collection's products, by one statement for all of them. */
export async function loadCollectionFacets(
  prisma: PrismaClient,
  moment: Moment,
  collections: readonly string[],
  filter: ReadFilter,
): Promise<ProductFacetsModel[]> {
  const rows = await prisma.$queryRaw<(FacetRow & { collection: string })[]>`
    SELECT list."collection", facet.*
    FROM unnest(${collections}::uuid[]) AS list ("collection")
    CROSS JOIN LATERAL (${facetStatement(moment, { list: ofListed, filter })}) facet`
  return listForEach(collections, rows, ({ collection }) => collection).map((each) =>
    toFacets(moment.site, filter, each),
  )
}

async function loadFacets(
  prisma: PrismaClient,
  moment: Moment,
  filter: ReadFilter,
): Promise<ProductFacetsModel> {
  const rows = await prisma.$queryRaw<FacetRow[]>(facetStatement(moment, { list: 'all', filter }))
  return toFacets(moment.site, filter, rows)
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
    productFacetsOfCollection: (collection: string, filter: ReadFilter) => Promise<ProductFacetsModel>
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
    facets: () =>
      collection === null
        ? loadFacets(prisma, moment, filter)
        : loaders.productFacetsOfCollection(collection, filter),
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
    SELECT ${productColumns}
    FROM "Product" product JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    WHERE offer."reduction" > 0
    ORDER BY offer."reduction" DESC, offer."productId" DESC LIMIT ${checkFirst(first, 50)}`
}

import { z } from 'zod'
import { Prisma } from '../../prisma/products/generated/client.ts'
import { graphqlError } from '../../service/errors.ts'
import {
  checkFirst,
  decodeCursor,
  encodeCursor,
  type ListOrder,
  placeAfter,
  toConnection,
} from '../kit/paging.ts'
import { readLine } from '../kit/text.ts'
import type { Context } from './context.ts'
import { every, isInList } from './listing.ts'
import type { ProductModel, ProductSearchConnectionModel } from './mappers.ts'
import { type FacetRow, facetStatement, toFacets } from './product-facets.ts'
import { filterConditions, narrowed, type ReadFilter, readFilter } from './product-filter.ts'
import { anywhere, orderOf } from './product-order.ts'
import { isOfferOfMoment, productColumns } from './product-rows.ts'
import type { ProductSearchSort, QuerySearchArgs } from './schema.generated.ts'
import { correctSpelling, toTerm } from './search-spelling.ts'

const maximumLength = 256

/** @throws BAD_USER_INPUT when it is not something to search for. */
export function readQuery(query: string): string {
  const words = readLine(query, maximumLength)
  if (words !== null) return words
  throw graphqlError('BAD_USER_INPUT', `query takes 1 to ${maximumLength} characters of text to search for.`)
}

/**
 * What a product has to match: words may be quoted and negated as in a web search,
 * https://www.postgresql.org/docs/18/textsearch-controls.html
 */
const toTsquery = (words: string): Prisma.Sql =>
  Prisma.sql`websearch_to_tsquery('pg_catalog.english', unaccented(${words}))`

/** Weights of description, options, brand and tags, title. */
const weights = Prisma.sql`'{0.1, 0.2, 0.4, 1.0}'::float4[]`

/**
 * How well `product` matches `query`, which was made of `words`, in millionths: by weight, and one more where the title
 * has the very words; what is sold out counts half. A whole number of the row alone, so that it is the same on every
 * page, whatever else has come and gone.
 */
export const relevance = (query: Prisma.Sql, words: string): Prisma.Sql => Prisma.sql`
  round((ts_rank(${weights}, product."search", ${query})
         + CASE WHEN strpos(product."titleOrder", ${toTerm(words)}) > 0 THEN 1 ELSE 0 END) * 1000000
    * CASE WHEN product."availability" = 'SOLD_OUT' THEN 0.5 ELSE 1 END)::int`

type Found = ProductModel & { relevance: number }

const best: ListOrder<Prisma.Sql, Found, ['RELEVANCE', number, string]> = {
  orderBy: Prisma.sql`listing."relevance" DESC, listing."productId" DESC`,
  sortKey: ({ relevance: matched, id }) => ['RELEVANCE', matched, id],
  key: z.tuple([
    z.literal('RELEVANCE'),
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1),
    z.uuid(),
  ]),
  isAfter: ([, matched, id]) =>
    Prisma.sql`(listing."relevance", listing."productId") < (${matched}::int, ${id}::uuid)`,
}

/** @throws BAD_USER_INPUT when `after` is not a cursor of this order. */
const searchOrderOf = ({ sort, after }: { sort: ProductSearchSort; after: string | null }) =>
  sort === 'RELEVANCE' ? placeAfter(best, after, anywhere) : orderOf({ sort, after })

/** A cursor says by which other spelling its page was found, if by any: the next one is found by the same. */
const searchPlace = z.tuple([z.literal('SEARCH'), z.string().nullable(), z.string()])

interface Page {
  words: string
  filter: ReadFilter
  sort: ProductSearchSort
  first: number
  /** A cursor of the order. */
  after: string | null
}

function findPage({ prisma, moment }: Context, { words, filter: asked, sort, first, after }: Page) {
  const { list, filter } = narrowed('all', asked)
  const { orderBy, isAfter } = searchOrderOf({ sort, after })
  const query = toTsquery(words)
  // What matches is found first and then put in order. Left to itself PostgreSQL may walk the whole shop in the order
  // that is asked for until it has met enough.
  return prisma.$queryRaw<Found[]>`
    WITH found AS MATERIALIZED (
      SELECT product."id", ${sort === 'RELEVANCE' ? relevance(query, words) : Prisma.sql`0`} AS "relevance"
      FROM "Product" product WHERE product."search" @@ ${query}
    )
    SELECT ${productColumns}, listing."relevance" FROM (
      SELECT listing.* FROM (
        SELECT listing.*, found."relevance" FROM found JOIN "Listing" listing ON listing."productId" = found."id"
      ) listing
      WHERE ${every([isInList(moment, list), ...filterConditions(filter), isAfter])}
      ORDER BY ${orderBy} LIMIT ${first + 1}
    ) listing
    JOIN "Product" product ON product."id" = listing."productId"
    JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    ORDER BY ${orderBy}`
}

const isFound = (words: string): Prisma.Sql => Prisma.sql`
  listing."productId" IN (SELECT product."id" FROM "Product" product WHERE product."search" @@ ${toTsquery(words)})`

async function countFound({ prisma, moment }: Context, words: string, asked: ReadFilter): Promise<number> {
  const { list, filter } = narrowed('all', asked)
  const [row] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM "Listing" listing
    WHERE ${every([isFound(words), isInList(moment, list), ...filterConditions(filter)])}`
  return row?.count ?? 0
}

/** From so many products on, what was asked for is taken to be what was meant. */
const enough = 3

/**
 * A page of the products of the site that match the words of `query`. Where nothing does, and another spelling finds
 * something, the page is of that.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function searchProducts(
  context: Context,
  { query: asked, filter: askedFilter, sort = 'RELEVANCE', first = 20, after = null }: QuerySearchArgs,
): Promise<ProductSearchConnectionModel> {
  const { prisma, moment, loaders } = context
  checkFirst(first, 100)
  const query = readQuery(asked)
  const filter = readFilter(askedFilter)
  const place = decodeCursor(after, searchPlace)
  const page = { filter, sort, first, after: place?.[2] ?? null }
  const { sortKey } = searchOrderOf(page)

  let corrected = place?.[1] == null ? null : readQuery(place[1])
  let rows = await findPage(context, { ...page, words: corrected ?? query })
  // Asked without a filter: a filter that leaves nothing is no matter of spelling.
  const correct = () => correctSpelling(prisma, moment.site, query)
  if (rows.length === 0 && after === null) {
    const spelling = await correct()
    if (spelling !== null && (await countFound(context, query, readFilter(null))) === 0) {
      rows = await findPage(context, { ...page, words: spelling })
      if (rows.length > 0) corrected = spelling
    }
  }
  const words = corrected ?? query
  for (const row of rows) loaders.product.prime(row.id, row)

  return {
    ...toConnection({
      rows,
      first,
      after,
      sortKey: (product) => ['SEARCH', corrected, encodeCursor(sortKey(product))],
      toNode: (product) => product,
    }),
    totalCount: () => countFound(context, words, filter),
    async facets() {
      const found = isFound(words)
      const counted = await prisma.$queryRaw<FacetRow[]>(
        facetStatement(moment, { list: 'all', filter, found }),
      )
      return toFacets(moment.site, filter, counted)
    },
    async didYouMean() {
      if (corrected !== null) return { query: corrected, applied: true }
      if (rows.length >= enough || after !== null) return null
      const spelling = await correct()
      return spelling === null ? null : { query: spelling, applied: false }
    },
  }
}

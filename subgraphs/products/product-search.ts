import { z } from 'zod'
import { Prisma } from '../../prisma/products/generated/client.ts'
import { graphqlError } from '../../service/errors.ts'
import { checkFirst, decodeCursor, toConnection } from '../kit/paging.ts'
import { readLine } from '../kit/text.ts'
import type { Context } from './context.ts'
import type { ProductModel, ProductSearchConnectionModel } from './mappers.ts'
import { filterConditions, readFilter } from './product-filter.ts'
import { isOfferOfMoment, productColumns } from './product-rows.ts'
import type { QuerySearchArgs } from './schema.generated.ts'

const maximumLength = 256

type Found = ProductModel & { rank: number }

const placeKey = z.tuple([z.literal('SEARCH'), z.number().min(0), z.uuid()])

/** @throws BAD_USER_INPUT when it is not something to search for. */
function readQuery(query: string): string {
  const words = readLine(query, maximumLength)
  if (words !== null) return words
  throw graphqlError('BAD_USER_INPUT', `query takes 1 to ${maximumLength} characters of text to search for.`)
}

/**
 * A page of the products of the site that match the words of `query`, which may be quoted and negated as in a
 * web search: https://www.postgresql.org/docs/18/textsearch-controls.html
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function searchProducts(
  { prisma, moment, loaders }: Context,
  { query, filter, first = 20, after = null }: QuerySearchArgs,
): Promise<ProductSearchConnectionModel> {
  checkFirst(first, 100)
  const place = decodeCursor(after, placeKey)
  const words = Prisma.sql`websearch_to_tsquery('pg_catalog.english', ${readQuery(query)})`
  const matches = Prisma.sql`
    FROM "Product" product JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    WHERE ${Prisma.join([Prisma.sql`product."search" @@ ${words}`, ...filterConditions(readFilter(filter))], ' AND ')}`
  const rank = Prisma.sql`ts_rank(product."search", ${words})::float8`

  const rows = await prisma.$queryRaw<Found[]>`
    SELECT ${productColumns}, ${rank} AS "rank" ${matches}
    ${place === null ? Prisma.empty : Prisma.sql`AND (${rank}, product."id") < (${place[1]}::float8, ${place[2]}::uuid)`}
    ORDER BY "rank" DESC, product."id" DESC LIMIT ${first + 1}`
  for (const row of rows) loaders.product.prime(row.id, row)
  return {
    ...toConnection({
      rows,
      first,
      after,
      sortKey: (product) => ['SEARCH', product.rank, product.id],
      toNode: (product) => product,
    }),
    async totalCount() {
      const [row] = await prisma.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS "count" ${matches}`
      return row?.count ?? 0
    },
  }
}

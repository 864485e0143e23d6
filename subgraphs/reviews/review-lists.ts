import { z } from 'zod'
import { Prisma, type PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { graphqlError } from '../../service/errors.ts'
import { listForEach } from '../kit/batching.ts'
import { checkFirst, cursorInstant, type ListOrder, placeAfter, toConnection } from '../kit/paging.ts'
import type { ReviewConnectionModel, ReviewModel } from './mappers.ts'
import { reviewColumns } from './review-rows.ts'
import type { ReviewFilter, ReviewHoldReason, ReviewSort } from './schema.generated.ts'

/** A list of reviews: a product's are those that are published, a customer's are all. */
export interface ReviewList {
  of: 'product' | 'customer'
  /** One of these; none at all takes every rating. */
  ratings: readonly number[]
  verifiedPurchase: boolean | null
  withPhotos: boolean | null
}

export interface ReviewPage extends ReviewList {
  sort: ReviewSort
  first: number
  after: string | null
}

type Order<Key extends readonly unknown[]> = ListOrder<Prisma.Sql, ReviewModel, Key>

type NewestKey = [createdAt: string, id: string]
type NumberedKey = [number: number, createdAt: string, id: string]

const newestKey = z.tuple([cursorInstant, z.uuid()])
const numberedKey = z.tuple([
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  cursorInstant,
  z.uuid(),
])
const isOlder = (createdAt: string, id: string) =>
  Prisma.sql`(review."createdAt", review."id") < (${createdAt}::timestamptz, ${id}::uuid)`

const newest: Order<NewestKey> = {
  orderBy: Prisma.sql`review."createdAt" DESC, review."id" DESC`,
  sortKey: ({ createdAt, id }) => [createdAt.toISOString(), id],
  key: newestKey,
  isAfter: ([createdAt, id]) => isOlder(createdAt, id),
}

function descending(column: Prisma.Sql, numberOf: (review: ReviewModel) => number): Order<NumberedKey> {
  return {
    orderBy: Prisma.sql`${column} DESC, review."createdAt" DESC, review."id" DESC`,
    sortKey: (review) => [numberOf(review), review.createdAt.toISOString(), review.id],
    key: numberedKey,
    isAfter: ([number, createdAt, id]) =>
      Prisma.sql`(${column}, review."createdAt", review."id") < (${number}::int, ${createdAt}::timestamptz, ${id}::uuid)`,
  }
}

const highestRating = descending(Prisma.sql`review."rating"`, ({ rating }) => rating)

const lowestRating: Order<NumberedKey> = {
  ...highestRating,
  orderBy: Prisma.sql`review."rating", review."createdAt" DESC, review."id" DESC`,
  // Its columns go different ways, so that it is no comparison of rows; the first line is for the index.
  isAfter: ([rating, createdAt, id]) => Prisma.sql`review."rating" >= ${rating}::int
    AND (review."rating" > ${rating}::int OR ${isOlder(createdAt, id)})`,
}

const mostHelpful = descending(Prisma.sql`review."helpfulCount"`, ({ helpfulCount }) => helpfulCount)

const anywhere = Prisma.sql`true`

function orderOf({ sort, after }: Pick<ReviewPage, 'sort' | 'after'>) {
  switch (sort) {
    case 'NEWEST':
      return placeAfter(newest, after, anywhere)
    case 'HIGHEST_RATING':
      return placeAfter(highestRating, after, anywhere)
    case 'LOWEST_RATING':
      return placeAfter(lowestRating, after, anywhere)
    case 'MOST_HELPFUL':
      return placeAfter(mostHelpful, after, anywhere)
  }
}

/** Whether `review` is in the list of `list_owner`, both rows by their names in the statement. */
function isInList(list: ReviewList): Prisma.Sql {
  const { of } = list
  const conditions = [
    of === 'product'
      ? Prisma.sql`review."productId" = list."owner" AND review."status" = 'PUBLISHED'`
      : Prisma.sql`review."customerId" = list."owner"`,
  ]
  return Prisma.join([...conditions, ...filtersOf(list, Prisma.sql`review`)], ' AND ')
}

/** What the list is narrowed by, of a row by its name in the statement: a review, or a count of such. */
function filtersOf({ ratings, verifiedPurchase, withPhotos }: ReviewList, row: Prisma.Sql): Prisma.Sql[] {
  return [
    ...(ratings.length > 0 ? [Prisma.sql`${row}."rating" = ANY(${ratings}::int[])`] : []),
    ...(verifiedPurchase === null ? [] : [Prisma.sql`${row}."verifiedPurchase" = ${verifiedPurchase}`]),
    ...(withPhotos === null ? [] : [Prisma.sql`${row}."hasPhotos" = ${withPhotos}`]),
  ]
}

const ownerOf = ({ of }: ReviewList) => (of === 'product' ? 'productId' : 'customerId')

/** For each owner `first + 1` reviews, by one statement for all of them. */
export async function loadReviewPages(
  prisma: PrismaClient,
  owners: readonly string[],
  page: ReviewPage,
): Promise<ReviewModel[][]> {
  const { orderBy, isAfter } = orderOf(page)
  const rows = await prisma.$queryRaw<ReviewModel[]>`
    SELECT ${reviewColumns}
    FROM unnest(${owners}::uuid[]) AS list ("owner")
    CROSS JOIN LATERAL (
      SELECT * FROM "Review" review
      WHERE ${isInList(page)} AND ${isAfter}
      ORDER BY ${orderBy} LIMIT ${page.first + 1}
    ) review
    ORDER BY ${orderBy}`
  const owner = ownerOf(page)
  return listForEach(owners, rows, (review) => review[owner])
}

/**
 * How many reviews each owner's list has, by one statement for all of them. A product's are not counted but looked
 * up: it may have thousands. A customer's are few.
 */
export async function countReviews(
  prisma: PrismaClient,
  owners: readonly string[],
  list: ReviewList,
): Promise<number[]> {
  const rows = await prisma.$queryRaw<{ owner: string; count: number }[]>`
    SELECT list."owner", (${list.of === 'product' ? productCount(list) : customerCount(list)}) AS "count"
    FROM unnest(${owners}::uuid[]) AS list ("owner")`
  const counts = new Map(rows.map(({ owner, count }) => [owner, count]))
  return owners.map((owner) => counts.get(owner) ?? 0)
}

const productCount = (list: ReviewList) => Prisma.sql`
  SELECT coalesce(sum(counted."count"), 0)::int FROM "ReviewCount" counted
  WHERE ${Prisma.join([Prisma.sql`counted."productId" = list."owner"`, ...filtersOf(list, Prisma.sql`counted`)], ' AND ')}`

const customerCount = (list: ReviewList) => Prisma.sql`
  SELECT count(*)::int FROM "Review" review WHERE ${isInList(list)}`

interface PageArguments {
  first: number
  after?: string | null | undefined
  sort?: ReviewSort
  filter?: ReviewFilter | null | undefined
}

// The context imports this file, so this names what it takes of the context, and not the context.
interface Loading {
  loaders: {
    reviewPage: (owner: string, page: ReviewPage) => Promise<ReviewModel[]>
    reviewCount: (owner: string, list: ReviewList) => Promise<number>
  }
}

/**
 * A page of what was written about a product, or by a customer.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function reviewConnection(
  { loaders }: Loading,
  of: ReviewList['of'],
  owner: string,
  { first, after = null, sort = 'NEWEST', filter }: PageArguments,
): Promise<ReviewConnectionModel> {
  checkFirst(first, 100)
  const ratings = filter?.ratings ?? []
  const wrong = ratings.find((rating) => rating < 1 || rating > 5)
  if (wrong !== undefined) {
    throw graphqlError('BAD_USER_INPUT', `filter.ratings has ${wrong}: it takes ratings from 1 to 5.`)
  }
  const list: ReviewList = {
    of,
    ratings,
    verifiedPurchase: filter?.verifiedPurchase ?? null,
    withPhotos: filter?.withPhotos ?? null,
  }
  const { sortKey } = orderOf({ sort, after })
  const rows = await loaders.reviewPage(owner, { ...list, sort, first, after })
  return {
    ...toConnection({ rows, first, after, sortKey, toNode: (review) => review }),
    totalCount: () => loaders.reviewCount(owner, list),
  }
}

const queueKey = z.tuple([cursorInstant, z.uuid()])
const longestWaiting: Order<[heldAt: string, id: string]> = {
  orderBy: Prisma.sql`review."heldAt", review."id"`,
  sortKey: ({ heldAt, id }) => [(heldAt ?? new Date(0)).toISOString(), id],
  key: queueKey,
  isAfter: ([heldAt, id]) =>
    Prisma.sql`(review."heldAt", review."id") > (${heldAt}::timestamptz, ${id}::uuid)`,
}

interface QueueArguments {
  reason?: ReviewHoldReason | null | undefined
  first: number
  after?: string | null | undefined
}

/**
 * A page of what waits for a moderator.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function reviewQueue(
  prisma: PrismaClient,
  { reason = null, first, after = null }: QueueArguments,
): Promise<ReviewConnectionModel> {
  checkFirst(first, 100)
  const { orderBy, sortKey, isAfter } = placeAfter(longestWaiting, after, anywhere)
  const isWaiting =
    reason === null
      ? Prisma.sql`review."status" = 'PENDING'`
      : Prisma.sql`review."status" = 'PENDING' AND ${reason}::"ReviewHoldReason" = ANY(review."holdReasons")`
  const rows = await prisma.$queryRaw<ReviewModel[]>`
    SELECT ${reviewColumns} FROM "Review" review WHERE ${isWaiting} AND ${isAfter}
    ORDER BY ${orderBy} LIMIT ${first + 1}`
  return {
    ...toConnection({ rows, first, after, sortKey, toNode: (review) => review }),
    async totalCount() {
      const [counted] = await prisma.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS "count" FROM "Review" review WHERE ${isWaiting}`
      return counted?.count ?? 0
    },
  }
}

import { z } from 'zod'
import { graphqlError } from '../../service/errors.ts'
import { type Caller, requireCustomer, requireRole } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import { type Connection, checkFirst, cursorInstant, decodeCursor, toConnection } from '../kit/paging.ts'
import type { Context } from './context.ts'
import { type Refusal, toUserErrors, writeOnce } from './review-write.ts'
import type { ReviewDataEraseInput, ReviewDataRecord, ReviewUserError } from './schema.generated.ts'
import { withoutOtherWriters } from './writers-lock.ts'

// What a customer may ask for of their own data: https://eur-lex.europa.eu/eli/reg/2016/679/oj, articles 15, 17 and 20.

/**
 * Whose data the caller asks for: their own or, for staff, anybody's. Null when the id is not one.
 * @throws UNAUTHENTICATED or FORBIDDEN
 */
function subjectOf(caller: Caller, asked: string | null | undefined): string | null {
  if (asked == null) return requireCustomer(caller)
  const customerId = toUuid('cus', asked)
  if (customerId === null || customerId !== caller.customerId) requireRole(caller, 'staff')
  return customerId
}

interface ExportArguments {
  customerId?: string | null | undefined
  first: number
  after?: string | null | undefined
}

type RecordRow = ReviewDataRecord & { key: string }

const recordKey = z.tuple([
  cursorInstant,
  z.enum(['PURCHASE', 'REPORT', 'REVIEW', 'REVISION', 'VOTE']),
  z.string().regex(/^[0-9a-f:-]{1,80}$/),
])

/**
 * A page of all that is kept of a customer, the oldest first.
 * @throws UNAUTHENTICATED, FORBIDDEN or BAD_USER_INPUT
 */
export async function exportReviewData(
  { caller, prisma }: Context,
  { customerId: asked, first, after = null }: ExportArguments,
): Promise<Connection<ReviewDataRecord>> {
  const customerId = subjectOf(caller, asked)
  if (customerId === null) throw graphqlError('BAD_USER_INPUT', 'customerId is not the id of a customer.')
  checkFirst(first, 500)
  const [writtenAt, kind, key] = decodeCursor(after, recordKey) ?? ['0001-01-01T00:00:00.000Z', '', '']
  const rows = await prisma.$queryRaw<RecordRow[]>`
    SELECT record."kind", record."writtenAt", record."key", record."data"
    FROM (
      SELECT 'PURCHASE' AS "kind", purchase."placedAt" AS "writtenAt",
             purchase."orderId" || ':' || purchase."productId" AS "key", to_jsonb(purchase) AS "data"
      FROM "Purchase" purchase WHERE purchase."customerId" = ${customerId}::uuid
      UNION ALL
      SELECT 'REPORT', report."reportedAt", report."id"::text, to_jsonb(report)
      FROM "ReviewReport" report WHERE report."customerId" = ${customerId}::uuid
      UNION ALL
      SELECT 'REVIEW', review."createdAt", review."id"::text, to_jsonb(review)
      FROM "Review" review WHERE review."customerId" = ${customerId}::uuid
      UNION ALL
      SELECT 'REVISION', revision."writtenAt", revision."reviewId" || ':' || revision."version", to_jsonb(revision)
      FROM "ReviewRevision" revision JOIN "Review" review ON review."id" = revision."reviewId"
      WHERE review."customerId" = ${customerId}::uuid
      UNION ALL
      SELECT 'VOTE', vote."votedAt", vote."reviewId"::text, to_jsonb(vote)
      FROM "ReviewVote" vote WHERE vote."customerId" = ${customerId}::uuid
    ) record
    WHERE (record."writtenAt", record."kind", record."key" COLLATE "C")
        > (${writtenAt}::timestamptz, ${kind}::text, ${key}::text)
    ORDER BY record."writtenAt", record."kind", record."key" COLLATE "C" LIMIT ${first + 1}`
  return toConnection({
    rows,
    first,
    after,
    sortKey: (row) => [row.writtenAt.toISOString(), row.kind, row.key],
    toNode: ({ kind, writtenAt, data }): ReviewDataRecord => ({ kind, writtenAt, data }),
  })
}

interface DataErased {
  erasedAt: Date | null
  reviewCount: number | null
  userErrors: ReviewUserError[]
}

const refused = (refusal: Refusal): DataErased => ({
  erasedAt: null,
  reviewCount: null,
  userErrors: toUserErrors([refusal]),
})

/**
 * Erases all that is kept of a customer. Reviews go whole, and their ratings with them: a text may tell who wrote it,
 * and a rating that nobody can read a review of would make every sum differ from what is to be seen.
 * @throws UNAUTHENTICATED or FORBIDDEN
 */
export async function eraseReviewData(context: Context, input: ReviewDataEraseInput): Promise<DataErased> {
  const customerId = subjectOf(context.caller, input.customerId)
  if (customerId === null) {
    const message = 'This is not the id of a customer.'
    return refused({ code: 'INVALID_CUSTOMER', field: ['customerId'], message })
  }

  const outcome = await writeOnce(context, {
    name: 'reviewDataErase',
    // The same whether it was asked for by the customer or by name, and not kept: only its digest is.
    input,
    answer: z.object({ erasedAt: z.iso.datetime(), reviewCount: z.int() }),
    async write(tx) {
      // What the customer is sending at the moment is written before, and erased with the rest.
      await withoutOtherWriters(tx)
      const [erased] = await tx.$queryRaw<{ erasedAt: Date }[]>`
        INSERT INTO "ErasedCustomer" ("customer", "erasedAt")
        VALUES (sha256(uuid_send(${customerId}::uuid)), now())
        ON CONFLICT ("customer") DO UPDATE SET "erasedAt" = excluded."erasedAt" RETURNING "erasedAt"`
      if (erased === undefined) throw new Error('an erasure was not written')
      // In one order, as others lock one review each.
      await tx.$executeRaw`
        SELECT FROM "Review" review
        WHERE review."customerId" = ${customerId}::uuid
           OR review."id" IN (SELECT "reviewId" FROM "ReviewVote" WHERE "customerId" = ${customerId}::uuid)
           OR review."id" IN (SELECT "reviewId" FROM "ReviewReport" WHERE "customerId" = ${customerId}::uuid)
        ORDER BY review."id" FOR UPDATE`
      const reviewCount = await tx.$executeRaw`DELETE FROM "Review" WHERE "customerId" = ${customerId}::uuid`
      await tx.$executeRaw`
        WITH vote AS (DELETE FROM "ReviewVote" WHERE "customerId" = ${customerId}::uuid RETURNING "reviewId", "helpful")
        UPDATE "Review" review SET "helpfulCount" = review."helpfulCount" - vote."helpful"::int,
                                   "unhelpfulCount" = review."unhelpfulCount" - (NOT vote."helpful")::int
        FROM vote WHERE review."id" = vote."reviewId"`
      await tx.$executeRaw`
        WITH report AS (
          DELETE FROM "ReviewReport" WHERE "customerId" = ${customerId}::uuid RETURNING "reviewId", "reportedAt"
        )
        UPDATE "Review" review SET "reportCount" = review."reportCount" - 1
        FROM report
        WHERE review."id" = report."reviewId" AND review."reportCount" > 0
          AND report."reportedAt" > coalesce(review."decidedAt", '-infinity')`
      await tx.$executeRaw`DELETE FROM "Purchase" WHERE "customerId" = ${customerId}::uuid`
      return { keep: { erasedAt: erased.erasedAt.toISOString(), reviewCount } }
    },
  })
  if ('refusal' in outcome) return refused(outcome.refusal)
  const { erasedAt, reviewCount } = outcome.answer
  return { erasedAt: new Date(erasedAt), reviewCount, userErrors: [] }
}

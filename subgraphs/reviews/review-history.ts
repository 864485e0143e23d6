import { z } from 'zod'
import type { PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { listForEach } from '../kit/batching.ts'
import { type Connection, checkFirst, decodeCursor, toConnection } from '../kit/paging.ts'
import type { ReviewRevisionModel } from './mappers.ts'
import type { ReviewReport } from './schema.generated.ts'

/** The lists that hang on a review: what it said before, and what was reported of it. */

export interface HistoryPage {
  first: number
  after: string | null
}

interface PageArguments {
  first: number
  after?: string | null | undefined
}

type RevisionRow = ReviewRevisionModel & { reviewId: string }
const revisionKey = z.tuple([
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
])

/** For each review `first + 1` revisions, the latest first, by one statement for all of them. */
export async function loadRevisionPages(
  prisma: PrismaClient,
  reviewIds: readonly string[],
  { first, after }: HistoryPage,
): Promise<RevisionRow[][]> {
  const [before] = decodeCursor(after, revisionKey) ?? [2 ** 31 - 1]
  const rows = await prisma.$queryRaw<RevisionRow[]>`
    SELECT revision.*, review."productId"
    FROM unnest(${reviewIds}::uuid[]) AS list ("reviewId")
    JOIN "Review" review ON review."id" = list."reviewId"
    CROSS JOIN LATERAL (
      SELECT * FROM "ReviewRevision" revision
      WHERE revision."reviewId" = list."reviewId" AND revision."version" < ${before}::int
      ORDER BY revision."version" DESC LIMIT ${first + 1}
    ) revision
    ORDER BY revision."version" DESC`
  return listForEach(reviewIds, rows, ({ reviewId }) => reviewId)
}

interface ReportRow extends ReviewReport {
  id: string
  reviewId: string
}
const reportKey = z.tuple([z.uuid()])
const lastUuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** For each review `first + 1` reports, the latest first, by one statement for all of them. Never by whom. */
export async function loadReportPages(
  prisma: PrismaClient,
  reviewIds: readonly string[],
  { first, after }: HistoryPage,
): Promise<ReportRow[][]> {
  const [before] = decodeCursor(after, reportKey) ?? [lastUuid]
  const rows = await prisma.$queryRaw<ReportRow[]>`
    SELECT report."id", report."reviewId", report."concern", report."comment", report."reportedAt"
    FROM unnest(${reviewIds}::uuid[]) AS list ("reviewId")
    CROSS JOIN LATERAL (
      SELECT * FROM "ReviewReport" report
      WHERE report."reviewId" = list."reviewId" AND report."id" < ${before}::uuid
      ORDER BY report."id" DESC LIMIT ${first + 1}
    ) report
    ORDER BY report."id" DESC`
  return listForEach(reviewIds, rows, ({ reviewId }) => reviewId)
}

// The context imports this file, so this names what it takes of the context, and not the context.
interface Loading {
  loaders: {
    revisionPage: (reviewId: string, page: HistoryPage) => Promise<RevisionRow[]>
    reportPage: (reviewId: string, page: HistoryPage) => Promise<ReportRow[]>
  }
}

/** @throws BAD_USER_INPUT when an argument is not acceptable. */
export async function revisionConnection(
  { loaders }: Loading,
  reviewId: string,
  { first, after = null }: PageArguments,
): Promise<Connection<ReviewRevisionModel>> {
  checkFirst(first, 50)
  decodeCursor(after, revisionKey)
  const rows = await loaders.revisionPage(reviewId, { first, after })
  return toConnection({
    rows,
    first,
    after,
    sortKey: ({ version }) => [version],
    toNode: (row): ReviewRevisionModel => row,
  })
}

/** @throws BAD_USER_INPUT when an argument is not acceptable. */
export async function reportConnection(
  { loaders }: Loading,
  reviewId: string,
  { first, after = null }: PageArguments,
): Promise<Connection<ReviewReport>> {
  checkFirst(first, 100)
  decodeCursor(after, reportKey)
  const rows = await loaders.reportPage(reviewId, { first, after })
  return toConnection({
    rows,
    first,
    after,
    sortKey: ({ id }) => [id],
    toNode: (row): ReviewReport => row,
  })
}

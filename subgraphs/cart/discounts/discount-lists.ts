import { z } from 'zod'
import type { PrismaClient } from '../../../prisma/cart/generated/client.ts'
import { oneForEach } from '../../kit/batching.ts'
import { type Connection, checkFirst, cursorInstant, decodeCursor, toConnection } from '../../kit/paging.ts'
import type { Site } from '../../kit/sites.ts'
import type { DiscountModel } from '../mappers.ts'

const cursor = z.tuple([cursorInstant, z.uuid()])

/** By uuid, those of a site. */
export async function loadDiscounts(
  prisma: PrismaClient,
  site: Site,
  ids: readonly string[],
): Promise<(DiscountModel | null)[]> {
  const rows = await prisma.$queryRaw<DiscountModel[]>`
    SELECT * FROM "Discount" WHERE "id" = ANY(${ids}::uuid[]) AND "site" = ${site}`
  return oneForEach(ids, rows, ({ id }) => id)
}

/** A page of a site's discounts, the latest first. @throws BAD_USER_INPUT where the page is none. */
export async function findDiscounts(
  prisma: PrismaClient,
  site: Site,
  { first, after = null }: { first: number; after?: string | null | undefined },
): Promise<Connection<DiscountModel>> {
  checkFirst(first, 100)
  const [createdAt, id] = decodeCursor(after, cursor) ?? [null, null]
  const rows = await prisma.$queryRaw<DiscountModel[]>`
    SELECT * FROM "Discount"
    WHERE "site" = ${site}
      AND (${createdAt}::timestamptz IS NULL OR ("createdAt", "id") < (${createdAt}::timestamptz, ${id}::uuid))
    ORDER BY "createdAt" DESC, "id" DESC
    LIMIT ${first + 1}`
  return toConnection({
    rows,
    first,
    after,
    sortKey: (row) => [row.createdAt.toISOString(), row.id],
    toNode: (row) => row,
  })
}

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Prisma, PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { Site } from '../../kit/sites.ts'
import { readEmail } from '../checkout/checkout-input.ts'
import type { OrderLookupModel, OrderModel } from '../mappers.ts'
import { orderColumns } from './orders.ts'

// An order for whoever is not signed in, by its number and e-mail address. Numbers can be counted up, so the address
// is the secret, and guessing it is held off: misses are counted by number and by address, in the database, so that
// many processes count together. Who has missed too often is told so whether they are right or not.

const mostMisses = { number: 5, email: 20 }
const openForDays = 90

const digest = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest()

interface Lookup {
  number: string
  email: string
  site: Site
}

/** Counts first and asks then, so that many at once have no more tries than one after the other. */
export async function lookUpOrder(
  prisma: PrismaClient,
  { number, email, site }: Lookup,
): Promise<OrderLookupModel> {
  const wanted = Number(/^A-?(\d{1,9})$/i.exec(number.trim())?.[1] ?? 0)
  const address = readEmail(email) ?? ''
  const [byNumber, byEmail] = [digest('number', site, String(wanted)), digest('email', site, address)].map(
    (hash) => hash.toString('base64url'),
  )
  const subjects = [byNumber, byEmail]
  const counts = await prisma.$queryRaw<{ subject: string; count: number }[]>`
    INSERT INTO "OrderLookupFailure" ("subject", "hour", "count")
    SELECT subject, date_trunc('hour', now()), 1 FROM unnest(${subjects}::text[]) AS subject ORDER BY subject
    ON CONFLICT ("subject", "hour") DO UPDATE SET "count" = "OrderLookupFailure"."count" + 1
    RETURNING "subject", "count"`
  const tooManyAttempts = counts.some(
    ({ subject, count }) => count > (subject === byNumber ? mostMisses.number : mostMisses.email),
  )
  const [order] = await prisma.$queryRaw<OrderModel[]>`
    SELECT ${orderColumns} FROM "Order"
    WHERE "number" = ${wanted}::int AND "site" = ${site} AND "status" <> 'PENDING'
      AND "placedAt" > now() - ${openForDays}::int * interval '1 day'`
  const isRight = timingSafeEqual(digest(order?.email ?? ''), digest(address)) && address !== ''
  if (order === undefined || !isRight || tooManyAttempts) return { order: null, tooManyAttempts }
  // It was no miss.
  await prisma.$executeRaw`
    UPDATE "OrderLookupFailure" SET "count" = "count" - 1
    WHERE "subject" = ANY(${subjects}::text[]) AND "hour" = date_trunc('hour', now()) AND "count" > 0`
  return { order, tooManyAttempts }
}

export async function forgetLookupFailures(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`
    /* background */ DELETE FROM "OrderLookupFailure" WHERE "hour" < now() - interval '2 hours'`
}

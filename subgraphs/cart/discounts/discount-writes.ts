import { z } from 'zod'
import { Prisma, type PrismaClient } from '../../../prisma/cart/generated/client.ts'
import { type Caller, requireRole } from '../../kit/caller.ts'
import { once, type WriteOutcome } from '../../kit/idempotency.ts'
import { newUuid, toUuid } from '../../kit/ids.ts'
import type { DiscountModel, DiscountWrite } from '../mappers.ts'
import type {
  DiscountCreateInput,
  DiscountEndInput,
  DiscountUpdateInput,
  DiscountUserError,
} from '../schema.generated.ts'
import { type DiscountTerms, readDiscount } from './read-discount.ts'

// What staff makes of discounts. Each write is of the caller's site, and takes the version that was seen.

/** Who writes, and when. */
export interface Writer {
  prisma: PrismaClient
  caller: Caller
  now: Date
}

type Outcome = WriteOutcome<{ discountId: string }, DiscountUserError[]>
const kept = z.object({ discountId: z.uuid() })

const refused = (userErrors: DiscountUserError[]): DiscountWrite => ({ discountId: null, userErrors })

const keyReused: DiscountUserError = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  field: ['idempotencyKey'],
  message: 'This key was used before with other input. Use a new one.',
}
const notFound: DiscountUserError = {
  code: 'DISCOUNT_NOT_FOUND',
  field: ['discountId'],
  message: 'There is no such discount on this site.',
}

async function writeDiscount(
  { prisma, caller }: Writer,
  { name, key, input }: { name: string; key: string; input: unknown },
  write: (tx: Prisma.TransactionClient) => Promise<Outcome>,
): Promise<DiscountWrite> {
  const scope = `${name}:${caller.site}:${caller.subject ?? ''}`
  const outcome = await once(prisma, { scope, key, input, answer: kept }, write)
  if (outcome.state === 'key reused') return refused([keyReused])
  if (outcome.state === 'refused') return refused(outcome.refusal)
  return { discountId: outcome.answer.discountId, userErrors: [] }
}

/** What a discount says, as columns and their values. */
const columnsOf = (terms: DiscountTerms): [column: string, value: Prisma.Sql][] => [
  ['title', Prisma.sql`${terms.title}`],
  ['code', Prisma.sql`${terms.code}`],
  ['discountClass', Prisma.sql`${terms.discountClass}::"DiscountClass"`],
  ['valueType', Prisma.sql`${terms.valueType}::"DiscountValueType"`],
  ['millionths', Prisma.sql`${terms.millionths}::int`],
  ['amount', Prisma.sql`${terms.amount}::int`],
  ['each', Prisma.sql`${terms.each}`],
  ['buyQuantity', Prisma.sql`${terms.buyQuantity}::int`],
  ['getQuantity', Prisma.sql`${terms.getQuantity}::int`],
  ['mostTimes', Prisma.sql`${terms.mostTimes}::int`],
  ['variantIds', Prisma.sql`${terms.variantIds}::uuid[]`],
  ['productIds', Prisma.sql`${terms.productIds}::uuid[]`],
  ['collectionIds', Prisma.sql`${terms.collectionIds}::uuid[]`],
  ['getVariantIds', Prisma.sql`${terms.getVariantIds}::uuid[]`],
  ['getProductIds', Prisma.sql`${terms.getProductIds}::uuid[]`],
  ['getCollectionIds', Prisma.sql`${terms.getCollectionIds}::uuid[]`],
  ['minimumSubtotal', Prisma.sql`${terms.minimumSubtotal}::int`],
  ['minimumQuantity', Prisma.sql`${terms.minimumQuantity}::int`],
  ['startsAt', Prisma.sql`${terms.startsAt}::timestamptz`],
  ['endsAt', Prisma.sql`${terms.endsAt}::timestamptz`],
  ['usageLimit', Prisma.sql`${terms.usageLimit}::int`],
  ['usageLimitPerCustomer', Prisma.sql`${terms.usageLimitPerCustomer}::int`],
  ['combinesWith', Prisma.sql`${terms.combinesWith}::text[]`],
]
const quoted = (column: string): Prisma.Sql => Prisma.raw(`"${column}"`)

/** Whether another discount of the site has the code. Whoever sets the same code at the same moment waits here. */
async function isTaken(
  tx: Prisma.TransactionClient,
  { site, code, exceptFor }: { site: string; code: string | null; exceptFor: string },
): Promise<boolean> {
  if (code === null) return false
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`discount-code:${site}:${code}`}, 0))`
  const others = await tx.$queryRaw<unknown[]>`
    SELECT FROM "Discount" WHERE "site" = ${site} AND "code" = ${code} AND "id" <> ${exceptFor}::uuid`
  return others.length > 0
}

const codeTaken: DiscountUserError = {
  code: 'CODE_TAKEN',
  field: ['discount', 'code'],
  message: 'Another discount of this site has this code. Choose another, or change that one.',
}

/** Makes a discount. For staff. */
export async function createDiscount(
  writer: Writer,
  { idempotencyKey: key, ...input }: DiscountCreateInput,
): Promise<DiscountWrite> {
  requireRole(writer.caller, 'staff')
  const terms = readDiscount(input.discount, writer.now)
  if (Array.isArray(terms)) return refused(terms)
  const { site } = writer.caller
  return writeDiscount(writer, { name: 'discountCreate', key, input }, async (tx) => {
    const id = newUuid()
    if (await isTaken(tx, { site, code: terms.code, exceptFor: id })) return { refuse: [codeTaken] }
    const columns = columnsOf(terms)
    await tx.$executeRaw`
      INSERT INTO "Discount" ("id", "site", ${Prisma.join(columns.map(([column]) => quoted(column)))})
      VALUES (${id}::uuid, ${site}, ${Prisma.join(columns.map(([, value]) => value))})`
    return { keep: { discountId: id } }
  })
}

/** A change to a discount that is there, of the version that was seen. */
function changeDiscount(
  writer: Writer,
  {
    name,
    key,
    input,
  }: { name: string; key: string; input: { discountId: string; version: number; [field: string]: unknown } },
  change: (tx: Prisma.TransactionClient, discount: DiscountModel) => Promise<DiscountUserError[]>,
): Promise<DiscountWrite> {
  const id = toUuid('disc', input.discountId)
  return writeDiscount(writer, { name, key, input }, async (tx) => {
    const [discount] = await tx.$queryRaw<DiscountModel[]>`
      SELECT * FROM "Discount" WHERE "id" = ${id}::uuid AND "site" = ${writer.caller.site} FOR NO KEY UPDATE`
    if (discount === undefined) return { refuse: [notFound] }
    if (discount.version !== input.version) {
      const message = `It has changed since: you saw version ${input.version}, now it is ${discount.version}. Look at it again.`
      return { refuse: [{ code: 'VERSION_CONFLICT', field: ['version'], message }] }
    }
    const refusals = await change(tx, discount)
    return refusals.length > 0 ? { refuse: refusals } : { keep: { discountId: discount.id } }
  })
}

/** Replaces all that a discount says. For staff. */
export async function updateDiscount(
  writer: Writer,
  { idempotencyKey: key, ...input }: DiscountUpdateInput,
): Promise<DiscountWrite> {
  requireRole(writer.caller, 'staff')
  const terms = readDiscount(input.discount, writer.now)
  if (Array.isArray(terms)) return refused(terms)
  return changeDiscount(writer, { name: 'discountUpdate', key, input }, async (tx, { id, site, uses }) => {
    if (terms.usageLimit !== null && terms.usageLimit < uses) {
      const message = `It has been used ${uses} times already: the limit can't be less.`
      return [{ code: 'INVALID_LIMIT', field: ['discount', 'usageLimit'], message }]
    }
    if (await isTaken(tx, { site, code: terms.code, exceptFor: id })) return [codeTaken]
    const assignments = columnsOf(terms).map(([column, value]) => Prisma.sql`${quoted(column)} = ${value}`)
    await tx.$executeRaw`
      UPDATE "Discount"
      SET ${Prisma.join(assignments)}, "version" = "version" + 1, "updatedAt" = clock_timestamp()
      WHERE "id" = ${id}::uuid`
    return []
  })
}

/** Ends a discount now, or leaves it ended. One that has not begun yet never will. For staff. */
export async function endDiscount(
  writer: Writer,
  { idempotencyKey: key, ...input }: DiscountEndInput,
): Promise<DiscountWrite> {
  requireRole(writer.caller, 'staff')
  const { now } = writer
  return changeDiscount(writer, { name: 'discountEnd', key, input }, async (tx, { id, endsAt }) => {
    if (endsAt !== null && endsAt <= now) return []
    await tx.$executeRaw`
      UPDATE "Discount" SET "endsAt" = ${now}::timestamptz, "startsAt" = least("startsAt", ${now}::timestamptz),
        "version" = "version" + 1, "updatedAt" = clock_timestamp()
      WHERE "id" = ${id}::uuid`
    return []
  })
}

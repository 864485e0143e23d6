import { z } from 'zod'
import { requireRole } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { toUuid } from '../kit/ids.ts'
import type { Writer } from './discounts/discount-writes.ts'
import type { QuantityLimitWrite } from './mappers.ts'
import type { DiscountUserError, VariantQuantityLimitSetInput } from './schema.generated.ts'
import { maxQuantity } from './user-errors.ts'

const kept = z.object({ variantId: z.uuid(), maximum: z.int() })

const refused = (code: DiscountUserError['code'], field: string, message: string): QuantityLimitWrite => ({
  variantId: null,
  maximum: null,
  userErrors: [{ code, field: [field], message }],
})

/** Sets how many of a variant one cart of the site may hold. What carts hold already stays. For staff. */
export async function setQuantityLimit(
  { prisma, caller }: Writer,
  { idempotencyKey: key, ...input }: VariantQuantityLimitSetInput,
): Promise<QuantityLimitWrite> {
  requireRole(caller, 'staff')
  const { site } = caller
  const maximum = input.maximum ?? maxQuantity
  if (maximum < 1 || maximum > maxQuantity) {
    return refused('INVALID_LIMIT', 'maximum', `The maximum is ${maximum}: it takes 1 to ${maxQuantity}.`)
  }
  const id = toUuid('var', input.variantId)
  const notFound = () => refused('VARIANT_NOT_FOUND', 'variantId', 'There is no such variant on this site.')
  if (id === null) return notFound()

  const scope = `variantQuantityLimitSet:${site}:${caller.subject ?? ''}`
  const outcome = await once(
    prisma,
    { scope, key, input, answer: kept },
    async (tx): Promise<WriteOutcome<z.infer<typeof kept>, 'not found'>> => {
      const known = await tx.$queryRaw<unknown[]>`
        SELECT FROM "CatalogueVariant" WHERE "id" = ${id}::uuid AND NOT "removed" AND "prices" ? ${site}::text`
      if (known.length === 0) return { refuse: 'not found' }
      await tx.$executeRaw`
        INSERT INTO "QuantityLimit" ("site", "variantId", "maximum") VALUES (${site}, ${id}::uuid, ${maximum})
        ON CONFLICT ("site", "variantId") DO UPDATE SET "maximum" = excluded."maximum"`
      return { keep: { variantId: id, maximum } }
    },
  )
  if (outcome.state === 'refused') return notFound()
  if (outcome.state === 'key reused') {
    return refused('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey', 'This key was used before with other input.')
  }
  return { ...outcome.answer, userErrors: [] }
}

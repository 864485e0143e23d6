import { z } from 'zod'
import { requireRole } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import { isStorable } from '../kit/text.ts'
import type { Context } from './context.ts'
import type { ProductModel } from './mappers.ts'
import { toUserErrors, writeOnce } from './review-write.ts'
import type { ProductKindSetInput, ReviewUserError } from './schema.generated.ts'

interface ProductWritten {
  product: ProductModel | null
  userErrors: ReviewUserError[]
}

/** Says of which kind a product is. What was rated before stays, and is shown where the kind has it. */
export async function setProductKind(context: Context, input: ProductKindSetInput): Promise<ProductWritten> {
  requireRole(context.caller, 'staff')
  const productId = toUuid('prod', input.productId)
  if (productId === null) {
    const message = 'This is not the id of a product.'
    return {
      product: null,
      userErrors: toUserErrors([{ code: 'INVALID_PRODUCT', field: ['productId'], message }]),
    }
  }
  const kind = isStorable(input.kind) ? input.kind : ''

  const outcome = await writeOnce(context, {
    name: 'productKindSet',
    input,
    answer: z.object({ productId: z.uuid() }),
    async write(tx) {
      const known = await tx.$queryRaw<{ kind: string }[]>`
        SELECT DISTINCT "kind" FROM "RatingDimension" ORDER BY "kind"`
      if (!known.some((one) => one.kind === kind)) {
        const message = `There is no such kind: there are ${known.map((one) => one.kind).join(', ')}.`
        return { refuse: { code: 'KIND_NOT_FOUND', field: ['kind'], message } }
      }
      await tx.$executeRaw`
        INSERT INTO "ProductKind" ("productId", "kind") VALUES (${productId}::uuid, ${kind})
        ON CONFLICT ("productId") DO UPDATE SET "kind" = excluded."kind"`
      return { keep: { productId } }
    },
  })
  if ('refusal' in outcome) return { product: null, userErrors: toUserErrors([outcome.refusal]) }
  return { product: { id: outcome.answer.productId }, userErrors: [] }
}

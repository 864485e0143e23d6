import { z } from 'zod'
import type { Prisma } from '../../prisma/products/generated/client.ts'
import { requireRole } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { toUuid } from '../kit/ids.ts'
import { type Context, createLoaders } from './context.ts'
import type { ProductModel } from './mappers.ts'
import type {
  ProductComplementsSetInput,
  ProductUserError,
  ProductUserErrorCode,
} from './schema.generated.ts'

const maximumComplements = 20

interface ComplementsWritten {
  product: ProductModel | null
  userErrors: ProductUserError[]
}

const refused = (code: ProductUserErrorCode, field: string[], message: string): ComplementsWritten => ({
  product: null,
  userErrors: [{ code, message, field: ['input', ...field] }],
})

const answer = z.object({ productId: z.uuid() })
type Written = WriteOutcome<z.infer<typeof answer>, 'PRODUCT_NOT_FOUND' | 'COMPLEMENT_NOT_FOUND'>

/** The uuids of the complements, or why they are none. */
function readComplements({
  productId,
  complementIds,
}: ProductComplementsSetInput): string[] | ComplementsWritten {
  if (complementIds.length > maximumComplements) {
    const message = `There are ${complementIds.length} complements: it takes at most ${maximumComplements}.`
    return refused('INVALID_COMPLEMENT', ['complementIds'], message)
  }
  const uuids: string[] = []
  for (const [index, id] of complementIds.entries()) {
    const field = ['complementIds', String(index)]
    const uuid = toUuid('prod', id)
    if (uuid === null) return refused('PRODUCT_NOT_FOUND', field, 'There is no such product.')
    if (id === productId) return refused('INVALID_COMPLEMENT', field, 'A product does not go with itself.')
    if (uuids.includes(uuid)) return refused('INVALID_COMPLEMENT', field, 'This product is named twice.')
    uuids.push(uuid)
  }
  return uuids
}

/** Sets what goes with a product, in place of what did before. For staff. */
export async function setProductComplements(
  context: Context,
  input: ProductComplementsSetInput,
): Promise<ComplementsWritten> {
  const { caller, prisma, moment } = context
  requireRole(caller, 'staff')
  const { idempotencyKey: key, ...written } = input
  const id = toUuid('prod', input.productId)
  if (id === null) return refused('PRODUCT_NOT_FOUND', ['productId'], 'There is no such product.')
  const complements = readComplements(input)
  if (!Array.isArray(complements)) return complements

  const outcome = await once(
    prisma,
    { scope: `productComplementsSet:${caller.subject ?? ''}`, key, input: written, answer },
    async (tx: Prisma.TransactionClient): Promise<Written> => {
      // Who changes the same product waits here.
      const locked = await tx.$queryRaw<unknown[]>`
        SELECT FROM "Product" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
      if (locked.length === 0) return { refuse: 'PRODUCT_NOT_FOUND' }
      const known = await tx.$queryRaw<unknown[]>`
        SELECT FROM "Product" WHERE "id" = ANY(${complements}::uuid[]) FOR KEY SHARE`
      if (known.length < complements.length) return { refuse: 'COMPLEMENT_NOT_FOUND' }
      await tx.$executeRaw`DELETE FROM "ProductComplement" WHERE "productId" = ${id}::uuid`
      await tx.$executeRaw`
        INSERT INTO "ProductComplement" ("productId", "complementId", "position")
        SELECT ${id}::uuid, complement."id", complement."place" - 1
        FROM unnest(${complements}::uuid[]) WITH ORDINALITY AS complement ("id", "place")`
      return { keep: { productId: id } }
    },
  )
  switch (outcome.state) {
    case 'written':
      context.loaders = createLoaders(prisma, moment)
      return { product: await context.loaders.product.load(outcome.answer.productId), userErrors: [] }
    case 'refused':
      return outcome.refusal === 'PRODUCT_NOT_FOUND'
        ? refused('PRODUCT_NOT_FOUND', ['productId'], 'There is no such product.')
        : refused('PRODUCT_NOT_FOUND', ['complementIds'], 'One of the products is not there.')
    case 'key reused':
      return refused(
        'IDEMPOTENCY_KEY_REUSED',
        ['idempotencyKey'],
        'This key was used before with other input: make a new one.',
      )
  }
}

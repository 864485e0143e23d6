import { requireRole } from '../kit/caller.ts'
import type { Context } from './context.ts'
import type { VariantStockSetInput } from './schema.generated.ts'
import { refused, type VariantWritten, writeVariant } from './variant-write.ts'

const maximumQuantity = 1_000_000

/** Sets how many there are of a variant. For staff. */
export async function setVariantStock(
  context: Context,
  input: VariantStockSetInput,
): Promise<VariantWritten> {
  requireRole(context.caller, 'staff')
  const { quantity } = input
  if (quantity < 0 || quantity > maximumQuantity) {
    return refused({
      code: 'INVALID_QUANTITY',
      field: 'quantity',
      message: `The quantity is ${quantity}: it takes 0 to ${maximumQuantity}.`,
    })
  }
  return writeVariant(context, {
    name: 'variantStockSet',
    input,
    write: (tx, id) =>
      tx.$executeRaw`UPDATE "Variant" SET "stock" = ${quantity}::int WHERE "id" = ${id}::uuid`,
  })
}

import { requireRole } from '../kit/caller.ts'
import type { Context } from './context.ts'
import type { VariantStockSetInput } from './schema.generated.ts'
import { actorOf, changeStock, recordMovements, settleBackOrders } from './stock-ledger.ts'
import { firstShipping } from './stock-reservations.ts'
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
    async write(tx, variantId) {
      const locationId = await firstShipping(tx)
      const [level] = await tx.$queryRaw<{ onHand: number }[]>`
        SELECT "onHand" FROM "StockLevel"
        WHERE "variantId" = ${variantId}::uuid AND "locationId" = ${locationId}::uuid`
      const found = quantity - (level?.onHand ?? 0)
      await recordMovements(tx, actorOf(context.caller), [
        { variantId, locationId, quantity: found, reason: 'COUNT', reference: null },
      ])
      await changeStock(tx, new Map([[variantId, found]]))
      await settleBackOrders(tx, [variantId])
    },
  })
}

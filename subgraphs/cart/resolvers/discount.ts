import { toId } from '../../kit/ids.ts'
import { sites } from '../../kit/sites.ts'
import type { DiscountModel } from '../mappers.ts'
import type { DiscountEntitlement, DiscountResolvers, Money } from '../schema.generated.ts'

const moneyOf = ({ site }: DiscountModel, amount: number | null): Money | null =>
  amount === null ? null : { amount, currency: sites[site].currency }

function entitlementOf(
  variantIds: readonly string[],
  productIds: readonly string[],
  collectionIds: readonly string[],
): DiscountEntitlement | null {
  if (variantIds.length + productIds.length + collectionIds.length === 0) return null
  return {
    variantIds: variantIds.map((id) => toId('var', id)),
    productIds: productIds.map((id) => toId('prod', id)),
    collectionIds: collectionIds.map((id) => toId('coll', id)),
  }
}

export const Discount: DiscountResolvers = {
  id: ({ id }) => toId('disc', id),
  value: (discount) => ({
    type: discount.valueType,
    millionths: discount.millionths,
    amount: moneyOf(discount, discount.amount),
    each: discount.valueType === 'AMOUNT' ? discount.each : null,
    buyQuantity: discount.buyQuantity,
    getQuantity: discount.getQuantity,
    gets: entitlementOf(discount.getVariantIds, discount.getProductIds, discount.getCollectionIds),
    mostTimes: discount.mostTimes,
  }),
  entitled: ({ variantIds, productIds, collectionIds }) =>
    entitlementOf(variantIds, productIds, collectionIds),
  minimumSubtotal: (discount) => moneyOf(discount, discount.minimumSubtotal),
}

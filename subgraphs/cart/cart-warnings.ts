import { notApplicable } from './discounts/code-reasons.ts'
import { warningsAbout } from './line-plans.ts'
import type { CartLineModel, CartModel, CartPrice } from './mappers.ts'
import type { CartWarning } from './schema.generated.ts'

/** What the shopper should know about codes and delivery. */
export function warningsAboutPrice(
  { deliveryOption: chosen }: CartModel,
  { priced, deliveryOption }: CartPrice,
): CartWarning[] {
  return [
    ...priced.discounts.refused.map(notApplicable),
    ...(chosen !== null && deliveryOption === null
      ? [
          {
            code: 'DELIVERY_OPTION_UNAVAILABLE' as const,
            message: "The cart can't go the way that was chosen any more. Choose another.",
          },
        ]
      : []),
  ]
}

/** All that the shopper should know about a cart as it stands. */
export const warningsAboutCart = (
  cart: CartModel,
  lines: readonly CartLineModel[],
  price: CartPrice,
): CartWarning[] => [...lines.flatMap(warningsAbout), ...warningsAboutPrice(cart, price)]

import {
  selectDeliveryOption,
  updateBuyerIdentity,
  updateDeliveryAddress,
  updateDiscountCodes,
  updateNote,
} from '../cart-detail-writes.ts'
import type { Context } from '../context.ts'
import { createDiscount, endDiscount, updateDiscount } from '../discounts/discount-writes.ts'
import { addLines, createCart, removeLines, updateLines } from '../line-writes.ts'
import type { CartModel, CartWrite, DiscountModel, DiscountWrite } from '../mappers.ts'
import { mergeGuestCart } from '../merge-carts.ts'
import { setQuantityLimit } from '../quantity-limits.ts'
import type { MutationResolvers, VariantQuantityLimitSetPayloadResolvers } from '../schema.generated.ts'

/** What an earlier mutation of the same request has read of the cart is not how it stands now. */
function forget({ loaders }: Context, write: CartWrite): CartWrite {
  if (write.cartId === null) return write
  for (const loader of [loaders.cart, loaders.cartLines, loaders.cartPrice, loaders.cartOfCustomer])
    loader.clearAll()
  return write
}

/** A discount that changes may change what any cart comes to. */
function forgetDiscount<Write>({ loaders }: Context, write: Write): Write {
  loaders.discount.clearAll()
  loaders.cartPrice.clearAll()
  return write
}

export const Mutation: MutationResolvers = {
  cartCreate: async (_, { input }, context) => forget(context, await createCart(context, input)),
  cartLinesAdd: async (_, { input }, context) => forget(context, await addLines(context, input)),
  cartLinesUpdate: async (_, { input }, context) => forget(context, await updateLines(context, input)),
  cartLinesRemove: async (_, { input }, context) => forget(context, await removeLines(context, input)),
  cartDiscountCodesUpdate: async (_, { input }, context) =>
    forget(context, await updateDiscountCodes(context, input)),
  cartBuyerIdentityUpdate: async (_, { input }, context) =>
    forget(context, await updateBuyerIdentity(context, input)),
  cartDeliveryAddressUpdate: async (_, { input }, context) =>
    forget(context, await updateDeliveryAddress(context, input)),
  cartDeliveryOptionSelect: async (_, { input }, context) =>
    forget(context, await selectDeliveryOption(context, input)),
  cartNoteUpdate: async (_, { input }, context) => forget(context, await updateNote(context, input)),
  cartMerge: async (_, { input }, context) => forget(context, await mergeGuestCart(context, input)),
  discountCreate: async (_, { input }, context) =>
    forgetDiscount(context, await createDiscount(context, input)),
  discountUpdate: async (_, { input }, context) =>
    forgetDiscount(context, await updateDiscount(context, input)),
  discountEnd: async (_, { input }, context) => forgetDiscount(context, await endDiscount(context, input)),
  variantQuantityLimitSet: async (_, { input }, context) => {
    const write = await setQuantityLimit(context, input)
    context.loaders.cartLines.clearAll()
    return write
  },
}

/** The cart that was written. It is read only now, so that failing to read it hides nothing of the write. */
export const CartPayload = {
  cart: ({ cartId }: CartWrite, _: unknown, { loaders }: Context): Promise<CartModel | null> | null =>
    cartId === null ? null : loaders.cart.load(cartId),
}

/** The discount that was written. */
export const DiscountPayload = {
  discount: (
    { discountId }: DiscountWrite,
    _: unknown,
    { loaders }: Context,
  ): Promise<DiscountModel | null> | null => (discountId === null ? null : loaders.discount.load(discountId)),
}

export const VariantQuantityLimitSetPayload: VariantQuantityLimitSetPayloadResolvers = {
  variant: ({ variantId }) => (variantId === null ? null : { id: variantId }),
}

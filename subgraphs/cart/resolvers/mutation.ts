import { setTimeout as sleep } from 'node:timers/promises'
import { requireCustomer, requireRole } from '../../kit/caller.ts'
import {
  selectDeliveryOption,
  updateBuyerIdentity,
  updateDeliveryAddress,
  updateDiscountCodes,
  updateNote,
} from '../cart-detail-writes.ts'
import { completeCheckout, continueCheckout } from '../checkout/complete-checkout.ts'
import type { Context } from '../context.ts'
import { createDiscount, endDiscount, updateDiscount } from '../discounts/discount-writes.ts'
import { addLines, createCart, removeLines, updateLines } from '../line-writes.ts'
import type {
  CartModel,
  CartWrite,
  CheckoutWrite,
  DiscountModel,
  DiscountWrite,
  OrderWrite,
} from '../mappers.ts'
import { mergeGuestCart } from '../merge-carts.ts'
import { approveReturn, declineReturn, receiveReturn, requestReturn } from '../orders/order-returns.ts'
import { cancelOrder, deliverFulfillment, fulfillOrder, refundOrder } from '../orders/order-writes.ts'
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

/** A checkout takes things out of its cart, and makes an order. */
function forgetAll({ loaders }: Context, write: CheckoutWrite): CheckoutWrite {
  loaders.cart.clearAll()
  loaders.cartLines.clearAll()
  loaders.cartPrice.clearAll()
  loaders.cartOfCustomer.clearAll()
  loaders.order.clearAll()
  return write
}

/** How long an answer waits for what an order asks for elsewhere; what takes longer goes on without it. */
const effectsMs = 1_200

/** Money and goods go back at once where they can, so that the answer tells of it. */
async function seeThrough(context: Context, write: OrderWrite): Promise<OrderWrite> {
  const { loaders, shop } = context
  if (write.orderId === null) return write
  const over = new AbortController()
  await Promise.race([
    shop.carryOutEffects(write.orderId).catch(() => 0), // the worker tries again
    sleep(effectsMs, undefined, { signal: over.signal }).catch(() => undefined),
  ])
  over.abort()
  for (const loader of [loaders.order, loaders.orderLines, loaders.timeline]) loader.clear(write.orderId)
  for (const loader of [loaders.fulfillments, loaders.refunds, loaders.returns]) loader.clear(write.orderId)
  return write
}

const asStaff =
  <Input>(write: (context: Context, input: Input) => Promise<OrderWrite>) =>
  async (_: unknown, { input }: { input: Input }, context: Context): Promise<OrderWrite> => {
    requireRole(context.caller, 'staff')
    return seeThrough(context, await write(context, input))
  }

/** By the order's customer, or by staff. A guest has nothing to show who they are. */
const asCustomer =
  <Input>(write: (context: Context, input: Input) => Promise<OrderWrite>) =>
  async (_: unknown, { input }: { input: Input }, context: Context): Promise<OrderWrite> => {
    if (!context.caller.has('staff')) requireCustomer(context.caller)
    return seeThrough(context, await write(context, input))
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
  checkoutComplete: async (_, { input }, context) =>
    forgetAll(context, await completeCheckout(context, input)),
  checkoutContinue: async (_, { input }, context) =>
    forgetAll(context, await continueCheckout(context, input)),
  orderCancel: asCustomer(cancelOrder),
  orderReturnRequest: asCustomer(requestReturn),
  orderFulfill: asStaff(fulfillOrder),
  fulfillmentDeliver: asStaff(deliverFulfillment),
  orderRefund: asStaff(refundOrder),
  orderReturnApprove: asStaff(approveReturn),
  orderReturnDecline: asStaff(declineReturn),
  orderReturnReceive: asStaff(receiveReturn),
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

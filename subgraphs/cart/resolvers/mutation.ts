import { addLines, createCart, removeLines, updateLines } from '../cart-writes.ts'
import type { Context } from '../context.ts'
import type { CartModel, CartWrite } from '../mappers.ts'
import type { MutationResolvers } from '../schema.generated.ts'

/** What an earlier mutation of the same request has read of the cart is not how it stands now. */
function forget({ loaders }: Context, write: CartWrite): CartWrite {
  if (write.cartId === null) return write
  loaders.cart.clear(write.cartId)
  loaders.cartLines.clear(write.cartId)
  loaders.cartOfCustomer.clearAll()
  return write
}

export const Mutation: MutationResolvers = {
  cartCreate: async (_, { input }, context) => forget(context, await createCart(context, input)),
  cartLinesAdd: async (_, { input }, context) => forget(context, await addLines(context, input)),
  cartLinesUpdate: async (_, { input }, context) => forget(context, await updateLines(context, input)),
  cartLinesRemove: async (_, { input }, context) => forget(context, await removeLines(context, input)),
}

/** The cart that was written. It is read only now, so that failing to read it hides nothing of the write. */
export const CartPayload = {
  cart: ({ cartId }: CartWrite, _: unknown, { loaders }: Context): Promise<CartModel | null> | null =>
    cartId === null ? null : loaders.cart.load(cartId),
}

import { toId, toUuid } from '../../kit/ids.ts'
import { cartExpiry, cartSettings } from '../cart-settings.ts'
import { warningsAboutCart } from '../cart-warnings.ts'
import { mayUse } from '../carts.ts'
import type { Context } from '../context.ts'
import { reasonMessages } from '../discounts/code-reasons.ts'
import type { CartLineModel, CartModel, CartPrice } from '../mappers.ts'
import { maxAmount } from '../price.ts'
import type { PricedLine } from '../pricing/pricing.ts'
import type {
  CartCost,
  CartDeliveryOption,
  CartLineResolvers,
  CartResolvers,
  CurrencyCode,
  Money,
} from '../schema.generated.ts'
import { quantityOf } from '../totals.ts'

/** A sum of money; null beyond GraphQL's Int, where prices have risen since the lines were put in. */
const chargeable = (amount: number, currency: CurrencyCode): Money | null =>
  amount > maxAmount ? null : { amount, currency }

function costOf({ priced, deliveryOption }: CartPrice): CartCost | null {
  const { currency, totals, taxes } = priced
  const { subtotal, discount, tax, taxIncluded, total } = totals
  if (Math.max(subtotal, total) > maxAmount) return null
  const money = (amount: number): Money => ({ amount, currency })
  return {
    subtotal: money(subtotal),
    discount: money(discount),
    delivery: deliveryOption && money(deliveryOption.price),
    tax: tax === null ? null : money(tax),
    taxIncluded,
    taxes: (taxes ?? []).map(({ name, millionths, taxable, amount }) => ({
      name,
      rateMillionths: millionths,
      taxable: money(taxable),
      amount: money(amount),
    })),
    total: money(total),
    totalEstimated: deliveryOption === null || (tax === null && !taxIncluded),
  }
}

const optionOf = (
  { price, ...option }: CartPrice['deliveryOptions'][number],
  currency: CurrencyCode,
): CartDeliveryOption => ({ ...option, price: { amount: price, currency } })

export const Cart: CartResolvers = {
  async __resolveReference({ id }, { caller, loaders }) {
    const uuid = toUuid('cart', id)
    const cart = uuid === null ? null : await loaders.cart.load(uuid)
    return cart !== null && mayUse(cart, caller) ? cart : null
  },
  id: ({ id }) => toId('cart', id),
  lines(cart, _, { loaders }) {
    loaders.cart.prime(cart.id, cart)
    return loaders.cartLines.load(cart.id)
  },
  totalQuantity: async ({ id }, _, { loaders }) => quantityOf(await loaders.cartLines.load(id)),
  cost: async (cart, _, context) => costOf(await priceOf(cart, context)),
  async discountCodes(cart, _, context) {
    const { applied, refused } = (await priceOf(cart, context)).priced.discounts
    const reasons = new Map(refused.map(({ code, reason }) => [code, reason]))
    const known = new Set([...applied.flatMap(({ code }) => code ?? []), ...reasons.keys()])
    return cart.discountCodes
      .filter((code) => known.has(code))
      .map((code) => {
        const reason = reasons.get(code) ?? null
        return { code, applicable: reason === null, reason, message: reason && reasonMessages[reason] }
      })
  },
  async discounts(cart, _, context) {
    const { currency, discounts } = (await priceOf(cart, context)).priced
    return discounts.applied.map(({ title, code, discountClass, amount }) => ({
      ...{ title, code, discountClass },
      amount: { amount, currency },
    }))
  },
  buyerIdentity: ({ email, phone }) => (email === null && phone === null ? null : { email, phone }),
  deliveryAddress: ({ address }) => address,
  async deliveryOptions(cart, _, context) {
    const { deliveryOptions } = await priceOf(cart, context)
    return deliveryOptions.map((option) => optionOf(option, cart.currency))
  },
  async deliveryOption(cart, _, context) {
    const { deliveryOption } = await priceOf(cart, context)
    return deliveryOption && optionOf(deliveryOption, cart.currency)
  },
  async warnings(cart, _, context) {
    const [lines, price] = await Promise.all([
      context.loaders.cartLines.load(cart.id),
      priceOf(cart, context),
    ])
    return warningsAboutCart(cart, lines, price)
  },
  expiresAt: (cart) => cartExpiry(cart, cartSettings()),
}

/** Reached by a customer, a cart was not loaded by its id: the loader is told of it, and reads it no second time. */
function priceOf(cart: CartModel, { loaders }: Context): Promise<CartPrice> {
  loaders.cart.prime(cart.id, cart)
  return loaders.cartPrice.load(cart.id)
}

async function pricedLine({ id, cartId }: CartLineModel, { loaders }: Context) {
  const { priced } = await loaders.cartPrice.load(cartId)
  const line: PricedLine | undefined = priced.lines.find((one) => one.id === id)
  if (line === undefined) throw new Error('a line has no price')
  return { line, priced }
}

export const CartLine: CartLineResolvers = {
  id: ({ id }) => toId('line', id),
  variant: ({ variantId }) => ({ id: variantId }),
  product: ({ productId }) => ({ id: productId }),
  unitPrice: ({ unitPrice, currency }) => ({ amount: unitPrice, currency }),
  unitPriceWhenAdded: ({ unitPriceWhenAdded, currency }) => ({ amount: unitPriceWhenAdded, currency }),
  priceChanged: ({ unitPrice, unitPriceWhenAdded }) => unitPrice !== unitPriceWhenAdded,
  subtotal: ({ quantity, unitPrice, currency }) => chargeable(quantity * unitPrice, currency),
  async discountAllocations(model, _, context) {
    const { line, priced } = await pricedLine(model, context)
    const applied = new Map(priced.discounts.applied.map((discount) => [discount.id, discount]))
    return line.allocations.flatMap(({ discountId, amount }) => {
      const discount = applied.get(discountId)
      const money = chargeable(amount, model.currency)
      return discount && money ? [{ title: discount.title, code: discount.code, amount: money }] : []
    })
  },
  async total(model, _, context) {
    const { line } = await pricedLine(model, context)
    return chargeable(line.subtotal, model.currency) && chargeable(line.total, model.currency)
  },
}

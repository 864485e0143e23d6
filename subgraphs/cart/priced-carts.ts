import type { Prisma } from '../../prisma/cart/generated/client.ts'
import { destinationOf } from './delivery/address.ts'
import { deliveryOptionsFor, loadDeliveryMethods, weightOf } from './delivery/delivery-options.ts'
import { loadCandidates } from './discounts/discount-rows.ts'
import type { CartLineModel, CartModel, CartPrice } from './mappers.ts'
import { priceCart } from './pricing/price-cart.ts'
import { loadTaxRates, taxRulesOf } from './pricing/tax-rates.ts'

/**
 * What carts come to at a moment, from what this database knows: no other subgraph is asked. It takes three
 * statements however many carts there are, and one where none has an address.
 */
export async function priceCarts(
  tx: Prisma.TransactionClient,
  carts: readonly { cart: CartModel; lines: readonly CartLineModel[] }[],
  now: Date,
): Promise<CartPrice[]> {
  const destinations = carts.map(({ cart }) => cart.address && destinationOf(cart.address))
  const countryCodes = [...new Set(destinations.flatMap((destination) => destination?.countryCode ?? []))]
  const sites = [...new Set(carts.map(({ cart }) => cart.site))]
  const candidates = await loadCandidates(
    tx,
    carts.map(({ cart }) => cart),
    now,
  )
  const methods = await loadDeliveryMethods(tx, sites, countryCodes)
  const rates = await loadTaxRates(tx, countryCodes)

  return carts.map(({ cart, lines }, index) => {
    const { site, currency, discountCodes: codes } = cart
    const destination = destinations[index] ?? null
    const weightGrams = weightOf(lines)
    const deliveryOptions =
      destination === null || lines.length === 0
        ? []
        : deliveryOptionsFor(methods, { site, destination, weightGrams })
    const deliveryOption = deliveryOptions.find(({ handle }) => handle === cart.deliveryOption) ?? null
    const priced = priceCart({
      lines,
      discounts: candidates[index] ?? [],
      codes,
      destination,
      deliveryOption: deliveryOption && { handle: deliveryOption.handle, price: deliveryOption.price },
      taxRules: taxRulesOf(site, rates),
      currency,
      now,
    })
    return { priced, deliveryOptions, deliveryOption }
  })
}

/** What one cart comes to at a moment, in a transaction. */
export async function priceOneCart(
  tx: Prisma.TransactionClient,
  cart: CartModel,
  lines: readonly CartLineModel[],
  now: Date,
): Promise<CartPrice> {
  const [price] = await priceCarts(tx, [{ cart, lines }], now)
  if (price === undefined) throw new Error('a cart has no price')
  return price
}

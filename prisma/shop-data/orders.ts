import { currencies, FOUNDING_EVERY, priceAt } from './catalogue.ts'
import { before, DAY_MS, HOUR_MS, MINUTE_MS, SHOP_TODAY } from './dates.ts'
import { uuidFor } from './ids.ts'
import { namedCustomers } from './people.ts'
import { itemAt, type Random, randomFor, scattered } from './random.ts'
import type { CartData, CustomerData, OrderData, OrderStatus, ProductData, SiteName } from './types.ts'

export const ORDERS_PER_BLOCK = 1500

/** What the orders of one block are made of. */
export interface Market {
  /** The number of the block, from 0. */
  block: number
  today: Date
  products: readonly ProductData[]
  customers: readonly CustomerData[]
  /** Products that are bought and reviewed from every block, so that a large shop has its favourites too. */
  favourites: readonly ProductData[]
}

/** The first orders of the named customers, so that each has orders in several states. Ages in days. */
const namedOrders: readonly (readonly (readonly [number, OrderStatus])[])[] = [
  [
    [0.4, 'PLACED'],
    [3.2, 'SHIPPED'],
    [19, 'DELIVERED'],
    [74, 'DELIVERED'],
    [158, 'CANCELLED'],
    [301, 'DELIVERED'],
    [422, 'DELIVERED'],
    [637, 'DELIVERED'],
    [911, 'DELIVERED'],
  ],
  [
    [0.9, 'PLACED'],
    [12, 'DELIVERED'],
    [47, 'CANCELLED'],
    [133, 'DELIVERED'],
    [288, 'DELIVERED'],
    [530, 'DELIVERED'],
    [804, 'DELIVERED'],
  ],
  [
    [2.6, 'SHIPPED'],
    [31, 'DELIVERED'],
    [96, 'DELIVERED'],
    [210, 'DELIVERED'],
    [377, 'CANCELLED'],
    [590, 'DELIVERED'],
    [770, 'DELIVERED'],
  ],
]

interface PlannedOrder {
  customer: CustomerData
  agoMs: number
  status: OrderStatus
}

/** The orders of a block, the oldest first. */
export function ordersOf(market: Market): OrderData[] {
  const bought = new Set<string>()
  return planned(market).map((plan, position) => orderFor(market, plan, position, bought))
}

function planned(market: Market): PlannedOrder[] {
  const random = randomFor(`orders:${market.block}`)
  const plans: PlannedOrder[] = []
  if (market.block === 0) {
    for (const [index, ages] of namedOrders.entries()) {
      const customer = itemAt(market.customers, index)
      for (const [days, status] of ages) plans.push({ customer, agoMs: days * DAY_MS, status })
    }
  }
  while (plans.length < ORDERS_PER_BLOCK) {
    // Named customers have what is listed above: chance would give them a different shop at each scale.
    const first = market.block === 0 ? namedCustomers.length : 0
    const rank = skewed(random, market.customers.length - first, 60)
    const customer = itemAt(market.customers, first + scattered(rank, market.customers.length - first))
    const sinceJoined = market.today.getTime() - customer.joinedAt.getTime()
    const agoMs =
      Math.round(((sinceJoined - HOUR_MS) * random.next() ** 1.1) / MINUTE_MS) * MINUTE_MS + 5 * MINUTE_MS
    plans.push({ customer, agoMs, status: statusOf(agoMs, random) })
  }
  return plans.sort((one, other) => other.agoMs - one.agoMs)
}

function statusOf(agoMs: number, random: Random): OrderStatus {
  if (random.chance(0.045)) return 'CANCELLED'
  if (agoMs < random.integer(12, 60) * HOUR_MS) return 'PLACED'
  return agoMs < random.integer(5, 11) * DAY_MS ? 'SHIPPED' : 'DELIVERED'
}

function orderFor(market: Market, plan: PlannedOrder, position: number, bought: Set<string>): OrderData {
  const { customer, agoMs, status } = plan
  const { site } = customer
  const index = market.block * ORDERS_PER_BLOCK + position
  const random = randomFor(`order:${index}`)
  const number = `A-${100001 + index}`
  const placedAt = before(market.today, agoMs)
  const idTime = before(SHOP_TODAY, agoMs)

  const count = random.weighted([
    [1, 12],
    [2, 19],
    [3, 22],
    [4, 23],
    [5, 24],
  ])
  const chosen: ProductData[] = []
  while (chosen.length < count) chosen.push(productFor(market, customer, placedAt, chosen, bought, random))
  const lines = chosen.map((product, linePosition) => {
    const variant = random.pick(product.variants)
    const quantity = random.weighted([
      [1, 84],
      [2, 12],
      [3, 3],
      [4, 1],
    ])
    const unitPrice = priceAt(variant, site, placedAt)
    bought.add(`${customer.index}/${product.index}`)
    return {
      id: uuidFor('order-line', `${number}/${linePosition}`, idTime),
      position: linePosition,
      variantId: variant.id,
      productId: product.id,
      productIndex: product.index,
      sku: variant.sku,
      title: product.title,
      variantTitle: variant.title,
      quantity,
      unitPrice,
      subtotal: quantity * unitPrice,
    }
  })

  const subtotal = lines.reduce((sum, line) => sum + line.subtotal, 0)
  const delivery = deliveryFor(site, subtotal)
  const after = (ms: number) =>
    new Date(Math.min(placedAt.getTime() + ms, market.today.getTime() - MINUTE_MS))
  const shippedMs = random.integer(8, 30) * HOUR_MS
  const deliveredMs = shippedMs + random.integer(20, 84) * HOUR_MS
  return {
    index,
    id: uuidFor('order', number, idTime),
    number,
    customerId: customer.id,
    customerIndex: customer.index,
    site,
    currency: currencies[site],
    status,
    placedAt,
    shippedAt: status === 'SHIPPED' || status === 'DELIVERED' ? after(shippedMs) : null,
    deliveredAt: status === 'DELIVERED' ? after(deliveredMs) : null,
    cancelledAt: status === 'CANCELLED' ? after(random.integer(30, 600) * MINUTE_MS) : null,
    lines,
    subtotal,
    delivery,
    total: subtotal + delivery,
  }
}

/** Delivery is free from here on, in minor units. */
export const deliveryCosts: Readonly<Record<SiteName, { cost: number; freeFrom: number }>> = {
  main: { cost: 490, freeFrom: 7500 },
  outlet: { cost: 690, freeFrom: 9900 },
}

function deliveryFor(site: SiteName, subtotal: number): number {
  const { cost, freeFrom } = deliveryCosts[site]
  return subtotal >= freeFrom ? 0 : cost
}

function productFor(
  market: Market,
  customer: CustomerData,
  placedAt: Date,
  chosen: readonly ProductData[],
  bought: ReadonlySet<string>,
  random: Random,
): ProductData {
  const fits = (product: ProductData) =>
    product.sites.includes(customer.site) && product.publishedAt < placedAt && !chosen.includes(product)
  for (let attempt = 0; attempt < 40; attempt++) {
    const product = popularProduct(market, random)
    const again = bought.has(`${customer.index}/${product.index}`)
    if (fits(product) && (!again || random.chance(0.04))) return product
  }
  // On the first days there was little to buy: what was there before the first customer always fits.
  const founding = market.products.filter((product) => product.index % FOUNDING_EVERY === 0 && fits(product))
  return random.pick(founding)
}

/** A product as likely as it is popular: few sell much, many sell a little (Zipf's law, flattened at the top). */
export function popularProduct(market: Market, random: Random): ProductData {
  const { products } = market.block > 0 && random.chance(0.15) ? { products: market.favourites } : market
  const rank = skewed(random, products.length, 14)
  return itemAt(products, scattered(rank, products.length, 37))
}

/** A rank from 0, where rank r is as likely as 1 / (r + `flatness`). */
function skewed(random: Random, size: number, flatness: number): number {
  const rank = Math.floor(flatness * (((size + flatness) / flatness) ** random.next() - 1))
  return Math.min(rank, size - 1)
}

/** Open carts: of Ada, Grace and every 25th customer of the first block. */
export function cartsOf(market: Market): CartData[] {
  const owners = market.customers.filter(({ index }) => index < 2 || (index > 2 && index % 25 === 0))
  return owners.map((customer) => {
    const { site } = customer
    const random = randomFor(`cart:${customer.index}`)
    const hours = customer.index === 0 ? 5 : random.integer(1, 70)
    const createdAt = before(market.today, hours * HOUR_MS)
    const idTime = before(SHOP_TODAY, hours * HOUR_MS)
    const key = String(customer.index)
    const ready = market.products.filter(
      (product) =>
        product.sites.includes(site) &&
        product.publishedAt < createdAt &&
        product.variants.some(({ stock }) => stock > 4),
    )
    const count = customer.index === 0 ? 3 : random.integer(1, 4)
    const lines = random.sample(ready, count).map((product, position) => {
      const variant = random.pick(product.variants.filter(({ stock }) => stock > 4))
      const addedAt = new Date(createdAt.getTime() + position * 7 * MINUTE_MS)
      return {
        id: uuidFor('cart-line', `${key}/${position}`, idTime),
        position,
        variantId: variant.id,
        productId: product.id,
        productIndex: product.index,
        title: product.title,
        variantTitle: variant.title,
        quantity: position === 0 ? random.integer(1, 2) : 1,
        unitPrice: priceAt(variant, site, addedAt),
        addedAt,
      }
    })
    return {
      id: uuidFor('cart', key, idTime),
      customerId: customer.id,
      customerIndex: customer.index,
      site,
      currency: currencies[site],
      lines,
      createdAt,
      updatedAt: itemAt(lines, lines.length - 1).addedAt,
    }
  })
}

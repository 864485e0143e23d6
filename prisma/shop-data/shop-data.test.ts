import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { currencies, customerIdFor, deliveryCosts, priceAt, SHOP_TODAY, shopData, uuidFor } from './index.ts'

// Making a shop takes a second or two where many tests run at once.
vi.setConfig({ testTimeout: 60_000 })

// The collector is there for all contexts made after this flag, whatever the process was started with.
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const shop = shopData()
const collections = [...shop.collections()]
const products = [...shop.products()]
const variants = products.flatMap((product) => product.variants)
const customers = [...shop.customers()]
const orders = [...shop.orders()]
const reviews = [...shop.reviews()]
const conversations = [...shop.conversations()]
const carts = [...shop.openCarts()]

const productById = new Map(products.map((product) => [product.id, product]))
const variantById = new Map(variants.map((variant) => [variant.id, variant]))
const customerById = new Map(customers.map((customer) => [customer.id, customer]))
const orderById = new Map(orders.map((order) => [order.id, order]))

const share = <T>(list: readonly T[], holds: (item: T) => boolean) => list.filter(holds).length / list.length
const repeats = (list: readonly unknown[]) => list.length - new Set(list).size
const sum = (list: readonly number[]) => list.reduce((total, item) => total + item, 0)

describe('ids', () => {
  it('are version 7 uuids that keep the order of their times', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
        (kind, key, at) => {
          const id = uuidFor(kind, key, at)
          expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
          expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime())
        },
      ),
    )
  })

  it('never come twice in the whole shop', () => {
    const ids = [
      ...collections,
      ...products,
      ...variants,
      ...customers,
      ...orders,
      ...orders.flatMap(({ lines }) => lines),
      ...reviews,
      ...conversations,
      ...conversations.flatMap(({ messages }) => messages),
      ...carts,
      ...carts.flatMap(({ lines }) => lines),
      ...shop.carousel(),
      ...shop.callsToAction(),
    ].map(({ id }) => id)
    expect(repeats(ids)).toBe(0)
  })

  it('do not depend on the day that the shop is told from', () => {
    const other = shopData({ today: new Date('2029-05-17T16:20:00Z') })
    expect([...other.products()].map(({ id }) => id)).toEqual(products.map(({ id }) => id))
    expect([...other.customers()].map(({ id }) => id)).toEqual(customers.map(({ id }) => id))
    expect([...other.orders()].map(({ id }) => id)).toEqual(orders.map(({ id }) => id))
    expect([...other.reviews()].map(({ id }) => id)).toEqual(reviews.map(({ id }) => id))
    expect([...other.conversations()].map(({ id }) => id)).toEqual(conversations.map(({ id }) => id))
  })
})

describe('the whole shop', () => {
  it('has as much of everything as it says', () => {
    expect(shop.counts).toEqual({
      collections: collections.length,
      products: 300,
      customers: 300,
      orders: 1500,
      reviews: 5000,
      conversations: 60,
    })
    expect({ products, customers, orders, reviews, conversations }).toMatchObject({
      products: { length: 300 },
      customers: { length: 300 },
      orders: { length: 1500 },
      reviews: { length: 5000 },
      conversations: { length: 60 },
    })
    expect(variants.length).toBeGreaterThanOrEqual(1200)
  })

  it('is the same in every byte, whenever it is made', () => {
    expect(fingerprint(1)).toBe(fingerprint(1))
  })

  it('keeps what it has when it grows', () => {
    const larger = shopData({ scale: 2 })
    expect(first(larger.products(), 300)).toEqual(products)
    expect(first(larger.customers(), 300)).toEqual(customers)
    expect(first(larger.orders(), 1500)).toEqual(orders)
    expect(first(larger.reviews(), 5000)).toEqual(reviews)
    expect(first(larger.conversations(), 60)).toEqual(conversations)
    expect(larger.counts).toMatchObject({ products: 600, orders: 3000, reviews: 10000 })
  })

  it.each([0, -1, 1.5, Number.NaN, 1001])('says what scales there are when asked for %d', (scale) => {
    expect(() => shopData({ scale })).toThrow(RangeError)
  })
})

describe('collections', () => {
  it('stand in two levels, each parent before its children', () => {
    const bySlug = new Map(collections.map((collection) => [collection.slug, collection]))
    expect(collections.length).toBeGreaterThanOrEqual(12)
    expect(bySlug.size).toBe(collections.length)
    for (const [index, { parentId, parentSlug }] of collections.entries()) {
      if (parentSlug === null) continue
      const parent = bySlug.get(parentSlug)
      expect(parent?.id).toBe(parentId)
      expect(parent?.parentId).toBeNull()
      expect(collections.findIndex(({ slug }) => slug === parentSlug)).toBeLessThan(index)
    }
  })

  it('have products in each at the second level, and no product knows another collection', () => {
    const filled = new Set(products.flatMap((product) => product.collections.map(({ id }) => id)))
    const below = collections.filter(({ parentId }) => parentId !== null).map(({ id }) => id)
    expect([...filled].sort()).toEqual(below.sort())
  })

  it('are where menus lead', () => {
    const known = new Set(collections.map(({ id }) => id))
    const items = [...shop.menus()].flatMap((menu) => menu.items.flatMap((item) => [item, ...item.items]))
    for (const { collectionId } of items) if (collectionId !== null) expect(known).toContain(collectionId)
    for (const { path } of [...shop.carousel(), ...shop.callsToAction()]) {
      const slug = /^\/collections\/(.+)$/.exec(path)?.[1]
      if (slug !== undefined) expect(collections.map((collection) => collection.slug)).toContain(slug)
    }
  })
})

describe('products', () => {
  it('have titles, slugs and stock keeping units of their own', () => {
    expect(repeats(products.map(({ title }) => title))).toBe(0)
    expect(repeats(products.map(({ slug }) => slug))).toBe(0)
    expect(repeats(variants.map(({ sku }) => sku))).toBe(0)
    expect(Math.max(...tally(products.map(({ description }) => description)))).toBeLessThanOrEqual(2)
  })

  it('read as whole sentences, without a gap left open', () => {
    for (const { title, description, slug } of products) {
      expect(description).not.toMatch(/[{}]|undefined| {2}|\ba [aeiou]\w/)
      expect(description.split(/[.!?](?: |$)/).filter(Boolean).length).toBeGreaterThanOrEqual(2)
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(title.split(' ')[0]).not.toBe(title.split(' ')[1])
    }
  })

  it('offer just the options that their variants take, each combination once', () => {
    for (const product of products) {
      expect(product.options.length).toBeGreaterThanOrEqual(1)
      expect(product.options.length).toBeLessThanOrEqual(3)
      expect(repeats(product.variants.map(({ title }) => title))).toBe(0)
      for (const { options } of product.variants) {
        expect(options.map(({ name }) => name)).toEqual(product.options.map(({ name }) => name))
      }
      for (const { name, values } of product.options) {
        const taken = product.variants.flatMap(({ options }) =>
          options.filter((option) => option.name === name),
        )
        expect(new Set(taken.map(({ value }) => value))).toEqual(new Set(values))
      }
    }
  })

  it('cost what shops charge: in the currency of the site, less in the outlet, less in a sale', () => {
    for (const product of products) {
      for (const { prices } of product.variants) {
        expect(prices.map(({ site }) => site)).toEqual(product.sites)
        for (const { site, currency, amount, sale } of prices) {
          expect(currency).toBe(currencies[site])
          expect([0, 90, 95]).toContain(amount % 100)
          if (sale === null) continue
          expect([0, 90, 95]).toContain(sale.amount % 100)
          expect(sale.amount).toBeGreaterThan(0)
          expect(sale.amount).toBeLessThan(amount)
          expect(sale.from < sale.until).toBe(true)
        }
        const [main, outlet] = prices
        if (main !== undefined && outlet !== undefined) expect(outlet.amount).toBeLessThan(main.amount)
      }
    }
    expect(share(products, ({ sites }) => sites.includes('outlet'))).toBeGreaterThan(0.4)
    expect(share(products, ({ sites }) => sites.includes('outlet'))).toBeLessThan(0.6)
  })

  it('are on sale in a natural share, now, once and soon', () => {
    const sales = products
      .flatMap(({ variants: [variant] }) => variant?.prices.slice(0, 1) ?? [])
      .flatMap(({ sale }) => sale ?? [])
    expect(sales.length / products.length).toBeGreaterThan(0.12)
    expect(sales.length / products.length).toBeLessThan(0.24)
    const now = sales.filter(({ from, until }) => from <= SHOP_TODAY && SHOP_TODAY < until)
    expect(now.length).toBeGreaterThan(sales.length / 2)
    expect(sales.some(({ until }) => until <= SHOP_TODAY)).toBe(true)
    expect(sales.some(({ from }) => from > SHOP_TODAY)).toBe(true)
    expect(sales.some(({ until }) => until.getTime() === Date.UTC(2030, 0, 1))).toBe(true)
  })

  it('are sold out or low now and then, a few of them wholly', () => {
    expect(share(variants, ({ stock }) => stock === 0)).toBeGreaterThan(0.04)
    expect(share(variants, ({ stock }) => stock === 0)).toBeLessThan(0.1)
    expect(share(variants, ({ stock }) => stock > 0 && stock < 5)).toBeGreaterThan(0.06)
    expect(share(variants, ({ stock }) => stock > 0 && stock < 5)).toBeLessThan(0.14)
    expect(
      products.filter((product) => product.variants.every(({ stock }) => stock === 0)).length,
    ).toBeGreaterThan(1)
    expect(variants.every(({ stock }) => Number.isInteger(stock) && stock >= 0 && stock <= 250)).toBe(true)
  })

  it('have two or three pictures, and came over three years', () => {
    expect(products.every(({ media }) => media.length === 2 || media.length === 3)).toBe(true)
    const dates = products.map(({ publishedAt }) => publishedAt.getTime())
    expect(Math.max(...dates)).toBeLessThan(SHOP_TODAY.getTime())
    expect(Math.max(...dates)).toBeGreaterThan(SHOP_TODAY.getTime() - 14 * 86_400_000)
    expect(Math.min(...dates)).toBeGreaterThan(SHOP_TODAY.getTime() - 1130 * 86_400_000)
  })
})

describe('customers', () => {
  it('are people of many names, whom no mail can reach', () => {
    expect(repeats(customers.map(({ email }) => email))).toBe(0)
    for (const { email, displayName, firstName, lastName } of customers) {
      expect(email).toMatch(/^[a-z0-9.]+@example\.(com|org)$/)
      expect(displayName).toBe(`${firstName} ${lastName.charAt(0)}.`)
    }
    expect(
      new Set(customers.map(({ firstName, lastName }) => `${firstName} ${lastName}`)).size,
    ).toBeGreaterThan(240)
  })

  it.each(['ada', 'grace', 'linus'])('include %s, with a history', (handle) => {
    const id = customerIdFor(handle)
    expect(customerById.get(id)?.handle).toBe(handle)
    expect(
      new Set(orders.filter((order) => order.customerId === id).map(({ status }) => status)).size,
    ).toBeGreaterThanOrEqual(3)
    expect(reviews.filter((review) => review.customerId === id).length).toBeGreaterThanOrEqual(5)
    expect(
      conversations.filter((conversation) => conversation.customerId === id).length,
    ).toBeGreaterThanOrEqual(2)
  })

  it('are named in the error for a name that is not known', () => {
    expect(() => customerIdFor('torvalds')).toThrow(/torvalds.*ada, grace, linus/s)
  })
})

describe('orders', () => {
  it('add up, at prices that the site had on that day', () => {
    for (const order of orders) {
      expect(order.lines.length).toBeGreaterThanOrEqual(1)
      expect(order.lines.length).toBeLessThanOrEqual(5)
      expect(order.currency).toBe(currencies[order.site])
      for (const line of order.lines) {
        const product = productById.get(line.productId)
        const variant = variantById.get(line.variantId)
        if (product === undefined || variant === undefined)
          throw new Error(`${order.number} has a line of nothing.`)
        expect(product.variants).toContain(variant)
        expect(line).toMatchObject({ title: product.title, variantTitle: variant.title, sku: variant.sku })
        expect(line.unitPrice).toBe(priceAt(variant, order.site, order.placedAt))
        expect(line.subtotal).toBe(line.quantity * line.unitPrice)
      }
      expect(repeats(order.lines.map(({ productId }) => productId))).toBe(0)
      expect(order.subtotal).toBe(sum(order.lines.map(({ subtotal }) => subtotal)))
      const { cost, freeFrom } = deliveryCosts[order.site]
      expect(order.delivery).toBe(order.subtotal >= freeFrom ? 0 : cost)
      expect(order.total).toBe(order.subtotal + order.delivery)
    }
  })

  it('come after the customer joined and the product was there, and never from tomorrow', () => {
    for (const order of orders) {
      const { customerId, site, placedAt, shippedAt, deliveredAt, cancelledAt, status } = order
      const customer = customerById.get(customerId)
      expect(customer?.site).toBe(site)
      expect(customer && customer.joinedAt < placedAt).toBe(true)
      for (const { productId } of order.lines) {
        const product = productById.get(productId)
        expect(product && product.publishedAt < placedAt).toBe(true)
      }
      expect([shippedAt !== null, deliveredAt !== null, cancelledAt !== null]).toEqual([
        status === 'SHIPPED' || status === 'DELIVERED',
        status === 'DELIVERED',
        status === 'CANCELLED',
      ])
      const steps = [placedAt, shippedAt, deliveredAt, cancelledAt].flatMap((at) => at?.getTime() ?? [])
      expect(steps).toEqual([...steps].sort((one, other) => one - other))
      expect(steps.every((at) => at < SHOP_TODAY.getTime())).toBe(true)
    }
  })

  it('are mostly delivered, the newest placed or shipped, and few products sell much', () => {
    expect(share(orders, ({ status }) => status === 'DELIVERED')).toBeGreaterThan(0.8)
    expect(share(orders, ({ status }) => status === 'CANCELLED')).toBeLessThan(0.08)
    for (const status of ['PLACED', 'SHIPPED'] as const)
      expect(orders.some((order) => order.status === status)).toBe(true)
    const sold = tally(orders.flatMap(({ lines }) => lines.map(({ productId }) => productId))).sort(
      (a, b) => b - a,
    )
    expect(sum(sold.slice(0, 30)) / sum(sold)).toBeGreaterThan(0.25)
    expect(sold.length).toBeGreaterThan(250)
  })

  it('have numbers of their own that rise with time', () => {
    expect(orders.map(({ number }) => number)).toEqual(orders.map((_, index) => `A-${100001 + index}`))
    for (const [index, order] of orders.entries()) {
      const next = orders[index + 1]
      if (next !== undefined) expect(order.placedAt <= next.placedAt).toBe(true)
    }
  })
})

describe('open carts', () => {
  it('hold what can be had, at the price of the site; Ada has one', () => {
    expect(carts.find(({ customerId }) => customerId === customerIdFor('ada'))?.lines).toHaveLength(3)
    for (const { site, lines, currency } of carts) {
      expect(currency).toBe(currencies[site])
      for (const line of lines) {
        const variant = variantById.get(line.variantId)
        if (variant === undefined) throw new Error('A cart holds nothing.')
        expect(line.unitPrice).toBe(priceAt(variant, site, line.addedAt))
        expect(variant.stock).toBeGreaterThanOrEqual(line.quantity)
      }
    }
  })
})

describe('reviews', () => {
  it('are one for each customer and product', () => {
    expect(repeats(reviews.map(({ customerId, productId }) => `${customerId}/${productId}`))).toBe(0)
  })

  it('are verified just when the author had the product delivered before', () => {
    const bought = new Set(
      orders.flatMap(({ customerId, lines }) => lines.map(({ productId }) => `${customerId}/${productId}`)),
    )
    for (const review of reviews) {
      const order = review.orderId === null ? undefined : orderById.get(review.orderId)
      expect(review.verified).toBe(order !== undefined)
      expect(bought.has(`${review.customerId}/${review.productId}`)).toBe(review.verified)
      if (order === undefined) continue
      expect(order).toMatchObject({ customerId: review.customerId, status: 'DELIVERED' })
      expect(order.lines.map(({ productId }) => productId)).toContain(review.productId)
      expect(order.deliveredAt && order.deliveredAt < review.createdAt).toBe(true)
    }
    expect(share(reviews, ({ verified }) => verified)).toBeGreaterThanOrEqual(0.7)
  })

  it('spread as real ones do', () => {
    const count = (rating: number) => share(reviews, (review) => review.rating === rating)
    expect(count(5)).toBeGreaterThan(0.45)
    expect(count(5)).toBeLessThan(0.7)
    expect(count(4)).toBeGreaterThan(count(3))
    expect(count(3)).toBeGreaterThan(count(2))
    expect(count(1)).toBeGreaterThan(count(2))
    const mean = sum(reviews.map(({ rating }) => rating)) / reviews.length
    expect(mean).toBeGreaterThan(3.9)
    expect(mean).toBeLessThan(4.5)
  })

  it('differ from product to product', () => {
    const ratings = new Map<string, number[]>()
    for (const { productId, rating } of reviews)
      ratings.set(productId, [...(ratings.get(productId) ?? []), rating])
    const means = [...ratings.values()]
      .filter(({ length }) => length >= 10)
      .map((list) => sum(list) / list.length)
    expect(Math.min(...means)).toBeLessThan(3.5)
    expect(Math.max(...means)).toBeGreaterThan(4.6)
  })

  it('rarely say the same, and leave no gap open', () => {
    expect(repeats(reviews.map(({ body }) => body)) / reviews.length).toBeLessThan(0.02)
    for (const { title, body } of reviews) {
      expect(`${title} ${body}`).not.toMatch(/[{}]|undefined| {2}|\ba (?:[aeio]|u[^s])\w/)
      expect(title.length).toBeLessThanOrEqual(120)
    }
  })

  it('were written after author and product came, and mostly published', () => {
    for (const { customerId, productId, createdAt } of reviews) {
      const [customer, product] = [customerById.get(customerId), productById.get(productId)]
      expect(customer && customer.joinedAt <= createdAt && createdAt <= SHOP_TODAY).toBe(true)
      expect(product && product.publishedAt <= createdAt).toBe(true)
    }
    expect(share(reviews, ({ status }) => status === 'PUBLISHED')).toBeGreaterThan(0.95)
    for (const status of ['PENDING', 'REJECTED'])
      expect(reviews.some((review) => review.status === status)).toBe(true)
  })

  it('are voted on by each customer once, never by the author', () => {
    for (const { customerId, createdAt, status, votes } of reviews) {
      const voters = votes.map((vote) => vote.customerId)
      expect(repeats(voters)).toBe(0)
      expect(voters).not.toContain(customerId)
      if (status !== 'PUBLISHED') expect(voters).toEqual([])
      for (const { customerId: voter, votedAt } of votes) {
        const joinedAt = customerById.get(voter)?.joinedAt
        expect(joinedAt && joinedAt <= votedAt && createdAt <= votedAt && votedAt <= SHOP_TODAY).toBe(true)
      }
    }
  })
})

describe('conversations', () => {
  it('alternate, go forward in time, and stand as their last message says', () => {
    for (const { messages, status, customerId, agent, createdAt, lastMessageAt } of conversations) {
      expect(messages.length).toBeGreaterThanOrEqual(2)
      expect(messages.length).toBeLessThanOrEqual(8)
      for (const [index, { author, authorId, sentAt, body }] of messages.entries()) {
        expect(author).toBe(index % 2 === 0 ? 'CUSTOMER' : 'AGENT')
        expect(authorId).toBe(author === 'CUSTOMER' ? customerId : agent.id)
        expect(body).not.toMatch(/[{}]|undefined/)
        const next = messages[index + 1]
        if (next !== undefined) expect(sentAt < next.sentAt).toBe(true)
      }
      expect(messages[0]?.sentAt).toEqual(createdAt)
      expect(messages.at(-1)?.sentAt).toEqual(lastMessageAt)
      expect(lastMessageAt < SHOP_TODAY).toBe(true)
      expect(status === 'WAITING').toBe(messages.at(-1)?.author === 'CUSTOMER')
    }
    expect(new Set(conversations.map(({ status }) => status))).toEqual(
      new Set(['WAITING', 'ANSWERED', 'CLOSED']),
    )
  })

  it('are about orders of the same customer, after they were placed', () => {
    const about = conversations.filter(({ orderId }) => orderId !== null)
    expect(about.length).toBeGreaterThan(15)
    for (const { orderId, orderNumber, customerId, createdAt } of about) {
      const order = orderById.get(orderId ?? '')
      expect(order).toMatchObject({ customerId, number: orderNumber })
      expect(order && order.placedAt < createdAt).toBe(true)
    }
  })
})

describe('a hundred times the shop', () => {
  const large = shopData({ scale: 100 })

  it('still has a title and a slug for each product, and is never held as a whole', () => {
    const before = heapUsed()
    const titles = new Set<string>()
    const slugs = new Set<string>()
    for (const { title, slug } of large.products()) {
      titles.add(title)
      slugs.add(slug)
    }
    expect(titles.size).toBe(30_000)
    expect(slugs.size).toBe(30_000)
    expect(heapUsed() - before).toBeLessThan(32 * 2 ** 20)
  })

  it('streams reviews, of which memory keeps one block', () => {
    const before = heapUsed()
    let seen = 0
    let highest = 0
    for (const { index } of large.reviews()) {
      expect(index).toBe(seen)
      seen++
      if (seen % 5000 === 0) highest = Math.max(highest, heapUsed() - before)
      if (seen === 30_000) break
    }
    expect(seen).toBe(30_000)
    expect(highest).toBeLessThan(48 * 2 ** 20)
  })
})

/** What is in use for certain: garbage is collected first. */
function heapUsed(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function* everything(scale: number): Generator<unknown> {
  const data = shopData({ scale })
  for (const part of [
    data.collections,
    data.products,
    data.menus,
    data.carousel,
    data.callsToAction,
    data.customers,
  ])
    yield* part()
  for (const part of [data.orders, data.openCarts, data.reviews, data.conversations]) yield* part()
}

function fingerprint(scale: number): string {
  const hash = createHash('sha256')
  for (const record of everything(scale)) hash.update(JSON.stringify(record))
  return hash.digest('hex')
}

function first<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = []
  for (const item of items) {
    if (taken.length === count) break
    taken.push(item)
  }
  return taken
}

function tally(list: readonly string[]): number[] {
  const counts = new Map<string, number>()
  for (const item of list) counts.set(item, (counts.get(item) ?? 0) + 1)
  return [...counts.values()]
}

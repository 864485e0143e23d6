import { describe, expect, test } from 'vitest'
import { loadOperations } from '../../checks/operations/load-operations.ts'
import { customerIdFor, type ProductData, shopData } from '../../prisma/shop-data/index.ts'
import { type IdPrefix, toId } from '../../subgraphs/kit/ids.ts'

const shop = shopData()
const products = [...shop.products()].filter(({ sites }) => sites.includes('main'))
const reviews = [...shop.reviews()]
const ada = customerIdFor('ada')

function first<Item>(items: Iterable<Item>, what: string, is: (item: Item) => boolean): Item {
  for (const item of items) if (is(item)) return item
  throw new Error(`The shop's data has no ${what}.`)
}

const inStock = ({ variants }: ProductData) => first(variants, 'variant in stock', ({ stock }) => stock > 10)

/** What the web shop would send, about things that the seeds put into the shop. Whoever signs in is ada. */
function sampleVariables(): Record<string, object> {
  const reviewsOf = ({ id }: ProductData) =>
    reviews.filter(({ productId, status }) => productId === id && status === 'PUBLISHED')
  const offered = products.filter(({ variants }) => variants.some(({ stock }) => stock > 10))
  const product = offered
    .filter(({ options }) => options.length > 1)
    .reduce((best, other) => (reviewsOf(other).length > reviewsOf(best).length ? other : best))
  const variant = inStock(product)
  const cart = first(
    shop.openCarts(),
    "cart of ada's",
    (cart) => cart.customerId === ada && cart.lines.length > 1,
  )
  const orders = [...shop.orders()].filter(({ customerId }) => customerId === ada)
  const order = orders.reduce((latest, other) => (other.placedAt > latest.placedAt ? other : latest))
  const conversation = first(
    shop.conversations(),
    "open conversation of ada's",
    ({ customerId, status }) => customerId === ada && status !== 'CLOSED',
  )
  const discussed = new Set([...shop.conversations()].map(({ orderId }) => orderId))
  const discussedOrder = first(orders, 'order that ada has written about', ({ id }) => discussed.has(id))
  const reviewedByAda = new Set(
    reviews.filter(({ customerId }) => customerId === ada).map(({ productId }) => productId),
  )
  const notReviewed = first(offered, 'product that ada has not reviewed', ({ id }) => !reviewedByAda.has(id))
  const inCart = new Set(cart.lines.map(({ productId }) => productId))
  const notInCart = first(offered, "product that is not in ada's cart", ({ id }) => !inCart.has(id))
  const [line, ...otherLines] = cart.lines
  const lastLine = otherLines.at(-1)
  const othersReview = first(
    reviewsOf(product),
    'review for ada to vote on',
    ({ customerId, votes }) => customerId !== ada && votes.every((vote) => vote.customerId !== ada),
  )
  const adasReview = first(
    reviews,
    "published review of ada's",
    ({ customerId, status }) => customerId === ada && status === 'PUBLISHED',
  )
  const id = (prefix: IdPrefix, thing: { id: string } | undefined) => {
    if (!thing) throw new Error(`The shop's data has too little for a sample with a ${prefix}_… id.`)
    return toId(prefix, thing.id)
  }

  return {
    AccountOverview: { first: 5 },
    Cart: { cartId: id('cart', cart) },
    CartBuyerIdentityUpdate: {
      input: {
        cartId: id('cart', cart),
        email: 'ada@example.com',
        phone: '+49 30 1234567',
        idempotencyKey: 'sample-cart-buyer',
      },
    },
    CartDeliveryAddressUpdate: {
      input: {
        cartId: id('cart', cart),
        address: {
          name: 'Ada Lovelace',
          line1: 'Torstraße 1',
          postalCode: '10119',
          city: 'Berlin',
          countryCode: 'DE',
        },
        idempotencyKey: 'sample-cart-address',
      },
    },
    CartDeliveryOptionSelect: {
      input: { cartId: id('cart', cart), handle: 'standard', idempotencyKey: 'sample-cart-delivery' },
    },
    CartDiscountCodesUpdate: {
      input: {
        cartId: id('cart', cart),
        discountCodes: ['THANKS5'],
        idempotencyKey: 'sample-cart-discount-codes',
      },
    },
    // Of a guest who never was, as no guest's cart can be known.
    CartMerge: {
      input: {
        guestCartId: 'cart_4h3b7j6q9e8zv8m6t5w2d1c0ra',
        strategy: 'KEEP_HIGHER',
        idempotencyKey: 'sample-cart-merge',
      },
    },
    CartNoteUpdate: {
      input: {
        cartId: id('cart', cart),
        note: 'Please ring twice.',
        giftMessage: 'Happy birthday!',
        idempotencyKey: 'sample-cart-note',
      },
    },
    CartCreate: {
      input: {
        lines: [{ variantId: id('var', variant), quantity: 2 }],
        idempotencyKey: 'sample-cart-create',
      },
    },
    CartLinesAdd: {
      input: {
        cartId: id('cart', cart),
        lines: [{ variantId: id('var', inStock(notInCart)), quantity: 1 }],
        idempotencyKey: 'sample-cart-lines-add',
      },
    },
    CartLinesRemove: {
      input: {
        cartId: id('cart', cart),
        lineIds: [id('line', lastLine)],
        idempotencyKey: 'sample-cart-lines-remove',
      },
    },
    CartLinesUpdate: {
      input: {
        cartId: id('cart', cart),
        lines: [{ lineId: id('line', line), quantity: 3 }],
        idempotencyKey: 'sample-cart-lines-update',
      },
    },
    // Nothing is bought or sent back by a sample: the cart, the checkout and the order are of nobody.
    CheckoutComplete: {
      input: {
        cartId: 'cart_4h3b7j6q9e8zv8m6t5w2d1c0ra',
        expectedTotal: { amount: 12_900, currency: 'EUR' },
        email: 'ada@example.com',
        paymentMethod: 'pm_card_visa',
        idempotencyKey: 'sample-checkout-complete',
      },
    },
    CheckoutContinue: {
      input: {
        checkoutId: 'chk_4h3b7j6q9e8zv8m6t5w2d1c0ra',
        idempotencyKey: 'sample-checkout-continue',
      },
    },
    CheckoutStatus: { checkoutId: 'chk_4h3b7j6q9e8zv8m6t5w2d1c0ra' },
    CollectionPage: {
      slug: product.collections[0]?.slug,
      filter: { available: true },
      sort: 'PRICE_ASC',
      first: 12,
    },
    Conversation: { conversationId: id('conv', conversation), first: 20 },
    Home: { shelfSize: 12 },
    OrderDetails: { orderId: id('ord', discussedOrder) },
    OrderHistory: { first: 20 },
    OrderReturnRequest: {
      input: {
        orderId: 'ord_4h3b7j6q9e8zv8m6t5w2d1c0ra',
        lines: [{ lineId: 'line_4h3b7j6q9e8zv8m6t5w2d1c0ra', quantity: 1, reason: 'WRONG_SIZE' }],
        note: 'It is too small.',
        idempotencyKey: 'sample-order-return-request',
      },
    },
    ProductPage: {
      slug: product.slug,
      selectedOptions: [{ name: 'Size', value: 'M' }],
      reviews: 5,
    },
    ProductReviews: {
      productId: id('prod', product),
      filter: { ratings: [4, 5], withPhotos: false },
      sort: 'MOST_HELPFUL',
      first: 10,
    },
    ReviewDataExport: { first: 100 },
    ReviewHistory: { reviewId: id('rev', adasReview), first: 10 },
    ReviewReport: {
      input: {
        reviewId: id('rev', othersReview),
        concern: 'OFF_TOPIC',
        comment: 'This is about the parcel service.',
        idempotencyKey: 'sample-review-report',
      },
    },
    ReviewUpdate: {
      input: {
        reviewId: id('rev', adasReview),
        version: 1,
        rating: 4,
        body: 'After a month of use it is still as good as new, though the colour has faded a little.',
        idempotencyKey: 'sample-review-update',
      },
    },
    SearchResults: {
      query: product.title.split(' ').at(-1)?.toLowerCase(),
      filter: { options: [{ name: 'Size', values: ['M', 'L'] }], available: true },
      first: 24,
    },
    SearchSuggestions: { query: 'mer', first: 5 },
    SendMessage: {
      input: {
        conversationId: id('conv', conversation),
        body: 'Thank you, that answers it.',
        idempotencyKey: 'sample-send-message',
      },
    },
    StartConversation: {
      input: {
        subject: 'Where is my order?',
        body: `Good morning! Order ${order.number} has not arrived yet. When may I expect it?`,
        orderId: id('ord', order),
        idempotencyKey: 'sample-start-conversation',
      },
    },
    SubmitReview: {
      input: {
        productId: id('prod', notReviewed),
        rating: 5,
        title: 'Just what I was looking for',
        body: 'It is well made and looks as it does in the pictures. I would buy it again.',
        idempotencyKey: 'sample-submit-review',
      },
    },
    VariantByOptions: { productId: id('prod', product), options: variant.options },
    VariantStores: { productId: id('prod', product), options: variant.options },
    VoteReview: { input: { reviewId: id('rev', othersReview), helpful: true } },
  }
}

describe('the sample variables', () => {
  const samples = sampleVariables()
  const operations = loadOperations('storefront/operations')

  // `npx vitest run sample-variables --update` writes them anew.
  test.each(Object.entries(samples))(
    'of %s name what the seeds put into the shop',
    async (name, variables) => {
      await expect(`${JSON.stringify(variables, null, 2)}\n`).toMatchFileSnapshot(
        `../../storefront/operations/${name}.variables.json`,
      )
    },
  )

  test('are there for every operation that takes any', () => {
    const withVariables = operations.filter(({ text }) => text.includes('$')).map(({ name }) => name)
    expect(Object.keys(samples).toSorted()).toEqual(withVariables)
  })
})

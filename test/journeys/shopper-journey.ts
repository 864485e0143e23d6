import {
  AccountOverviewDocument,
  CartBuyerIdentityUpdateDocument,
  CartCreateDocument,
  CartDeliveryAddressUpdateDocument,
  CartDeliveryOptionSelectDocument,
  CartDiscountCodesUpdateDocument,
  CartDocument,
  CartLinesAddDocument,
  CartMergeDocument,
  CheckoutCompleteDocument,
  CollectionPageDocument,
  HeaderDocument,
  HomeDocument,
  OrderDetailsDocument,
  OrderReturnRequestDocument,
  ProductPageDocument,
  SearchResultsDocument,
  SearchSuggestionsDocument,
  StartConversationDocument,
  SubmitReviewDocument,
} from '../../storefront/operations/operations.generated.ts'
import {
  approveReturn,
  deliverFulfillment,
  findOrder,
  fulfillOrder,
  lookUpOrder,
  receiveReturn,
  refundOrder,
} from './journey-operations.ts'
import type { JourneyStep } from './run-journey.ts'
import { type Asker, Missing, need, type Shopper } from './shopper.ts'

interface Refusals {
  userErrors: readonly { code: string; message: string }[]
}

/** What a write gives back when nothing of it was refused. */
function accepted<Payload extends Refusals>(payload: Payload | null | undefined, name: string): Payload {
  const written = need(payload, name)
  const [refusal] = written.userErrors
  if (refusal) throw new Error(`${name} was refused: ${refusal.code} ${refusal.message}`)
  return written
}

const money = ({ amount, currency }: { amount: number; currency: string }) =>
  `${(amount / 100).toFixed(2)} ${currency}`

const email = 'shopper@example.com'
const address = {
  name: 'Robin Shopper',
  line1: '1 Market Street',
  postalCode: '10115',
  city: 'Berlin',
  countryCode: 'DE',
}

/** Is in the seeds. */
const discountCode = 'THANKS5'

/** Sends the cart as it was agreed to; sent again, it is the very same request. */
async function pay(shopper: Shopper, asker: Asker, { card }: { card: string }) {
  const cartId = shopper.recall('cart')
  const agreed = await shopper.sameAgain(`total for ${card}`, async () => {
    const { cart } = await shopper.ask(CartDocument, { cartId }, asker)
    return String(need(need(cart, 'the cart').cost, 'its cost').total.amount)
  })
  const { checkoutComplete } = await shopper.ask(
    CheckoutCompleteDocument,
    {
      input: {
        cartId,
        expectedTotal: { amount: Number(agreed), currency: 'EUR' },
        email,
        paymentMethod: card,
        idempotencyKey: shopper.keyFor(`payment with ${card}`),
      },
    },
    asker,
  )
  const outcome = need(accepted(checkoutComplete, 'the checkout').outcome, 'its outcome')
  if (outcome.__typename === 'CheckoutUnavailable') throw new Missing('what the checkout takes')
  return outcome
}

async function orderBy(shopper: Shopper, asker: Asker) {
  const outcome = await pay(shopper, asker, { card: 'pm_card_visa' })
  if (outcome.__typename !== 'CheckoutOrderPlaced')
    throw new Error(`the outcome is ${outcome.__typename}, and not an order`)
  return need(outcome.order, 'the order')
}

/** The order's version as it was seen before a write, also when that is sent again. */
const versionFor = async (shopper: Shopper, write: string) =>
  Number(
    await shopper.sameAgain(`version before ${write}`, async () => {
      const { order } = await shopper.ask(findOrder, { orderId: shopper.recall('order') }, 'staff')
      return String(need(need(order, 'the order').version, 'its version'))
    }),
  )

const step = (title: string, take: JourneyStep['take']): JourneyStep => ({ title, take })

const seen: JourneyStep[] = [
  step('opens a product page', async (shopper) => {
    const { product } = await shopper.ask(ProductPageDocument, { slug: 'beacon-recycled-nylon-anorak' })
    const { id, title, slug, variants } = need(product, 'the product')
    const variant = need(
      need(variants, 'its variants').nodes.find((form) => form?.availability === 'IN_STOCK'),
      'a variant in stock',
    )
    shopper.keep('product', id)
    shopper.keep('slug', need(slug, 'its slug'))
    shopper.keep('variant', variant.id)
    return `${title}, ${money(need(variant.price, 'its price'))}`
  }),
]

const lookAround: JourneyStep[] = [
  step('opens the home page', async (shopper) => {
    const { newArrivals, popular, topRated } = await shopper.ask(HomeDocument, { shelfSize: 6 })
    return `new ${newArrivals?.length ?? 'lost'}, popular ${popular?.length ?? 'lost'}, top rated ${topRated?.length ?? 'lost'}`
  }),
  step('looks through a collection', async (shopper) => {
    const { collection } = await shopper.ask(CollectionPageDocument, { slug: 'outerwear', first: 12 })
    const { title, products } = need(collection, 'the collection')
    return `${title}: ${need(products, 'its products').totalCount} products`
  }),
  step('types the beginning of a word', async (shopper) => {
    const { searchSuggestions } = await shopper.ask(SearchSuggestionsDocument, { query: 'ano' })
    return `${need(searchSuggestions, 'suggestions').products.length} products are suggested`
  }),
  step('searches, with a slip of the pen', async (shopper) => {
    const { search } = await shopper.ask(SearchResultsDocument, { query: 'annorak', first: 12 })
    const { totalCount } = need(search, 'what was found')
    if (totalCount === 0) throw new Error('nothing was found')
    return `${totalCount} found`
  }),
]

const fillCart: JourneyStep[] = [
  step('puts it into a cart', async (shopper) => {
    const { cartCreate } = await shopper.ask(CartCreateDocument, {
      input: {
        lines: [{ variantId: shopper.recall('variant'), quantity: 1 }],
        idempotencyKey: shopper.keyFor('cart'),
      },
    })
    const cart = need(accepted(cartCreate, 'the cart').cart, 'the cart')
    shopper.keep('cart', cart.id)
    return `${need(cart.totalQuantity, 'its quantity')} piece`
  }),
  step('takes one more', async (shopper) => {
    const { cartLinesAdd } = await shopper.ask(CartLinesAddDocument, {
      input: {
        cartId: shopper.recall('cart'),
        lines: [{ variantId: shopper.recall('variant'), quantity: 1 }],
        idempotencyKey: shopper.keyFor('one more'),
      },
    })
    const cart = need(accepted(cartLinesAdd, 'the line').cart, 'the cart')
    if (cart.totalQuantity !== 2) throw new Error(`the cart holds ${cart.totalQuantity} pieces, and not 2`)
    return `${money(need(cart.cost, 'its cost').subtotal)} for two`
  }),
]

/** Signed in or not: from the cart to the order. */
const checkOut = (asker: Asker): JourneyStep[] => [
  step('gives a discount code', async (shopper) => {
    const { cartDiscountCodesUpdate } = await shopper.ask(
      CartDiscountCodesUpdateDocument,
      {
        input: {
          cartId: shopper.recall('cart'),
          discountCodes: [discountCode],
          idempotencyKey: shopper.keyFor('discount code'),
        },
      },
      asker,
    )
    const cart = need(accepted(cartDiscountCodesUpdate, 'the code').cart, 'the cart')
    const { discount } = need(cart.cost, 'its cost')
    if (discount.amount === 0) throw new Error('nothing was taken off')
    return `${money(discount)} off`
  }),
  step('says who gets it, and where', async (shopper) => {
    const cartId = shopper.recall('cart')
    const { cartBuyerIdentityUpdate } = await shopper.ask(
      CartBuyerIdentityUpdateDocument,
      { input: { cartId, email, idempotencyKey: shopper.keyFor('identity') } },
      asker,
    )
    accepted(cartBuyerIdentityUpdate, 'the e-mail address')
    const { cartDeliveryAddressUpdate } = await shopper.ask(
      CartDeliveryAddressUpdateDocument,
      { input: { cartId, address, idempotencyKey: shopper.keyFor('address') } },
      asker,
    )
    const cart = need(accepted(cartDeliveryAddressUpdate, 'the address').cart, 'the cart')
    const [option] = need(cart.deliveryOptions, 'ways of delivery')
    shopper.keep('delivery option', need(option, 'a way of delivery').handle)
    return `${cart.deliveryOptions?.length} ways of delivery`
  }),
  step('chooses how it comes', async (shopper) => {
    const { cartDeliveryOptionSelect } = await shopper.ask(
      CartDeliveryOptionSelectDocument,
      {
        input: {
          cartId: shopper.recall('cart'),
          handle: shopper.recall('delivery option'),
          idempotencyKey: shopper.keyFor('delivery option'),
        },
      },
      asker,
    )
    const cart = need(accepted(cartDeliveryOptionSelect, 'the choice').cart, 'the cart')
    const { delivery, tax, total } = need(cart.cost, 'its cost')
    const parts = [delivery && `delivery ${money(delivery)}`, tax && `tax ${money(tax)}`].filter(Boolean)
    return `${parts.join(', ')}: ${money(total)} in all`
  }),
  step('is declined by the bank', async (shopper) => {
    const outcome = await pay(shopper, asker, { card: 'pm_card_visa_chargeDeclinedInsufficientFunds' })
    if (outcome.__typename !== 'CheckoutPaymentDeclined')
      throw new Error(`the outcome is ${outcome.__typename}, and not a payment that was declined`)
    return outcome.reason
  }),
  step('pays', async (shopper) => {
    const order = await orderBy(shopper, asker)
    shopper.keep('order', order.id)
    shopper.keep('order number', need(order.number, 'its number'))
    return `order ${shopper.recall('order number')}`
  }),
  step('presses the button a second time', async (shopper) => {
    const order = await orderBy(shopper, asker)
    if (order.id !== shopper.recall('order')) throw new Error('there is a second order')
    return 'it is the same order'
  }),
]

/** What becomes of the order, until the money is back. */
const getAndGiveBack = (asker: Asker): JourneyStep[] => [
  step('is sent it', async (shopper) => {
    const input = {
      orderId: shopper.recall('order'),
      version: await versionFor(shopper, 'fulfillment'),
      trackingCompany: 'Parcel Post',
      idempotencyKey: shopper.keyFor('fulfillment'),
    }
    const { orderFulfill } = await shopper.ask(fulfillOrder, { input }, 'staff')
    const { order, fulfillment } = accepted(orderFulfill, 'the fulfillment')
    shopper.keep('fulfillment', need(fulfillment, 'the fulfillment').id)
    return `the order is ${order?.status}`
  }),
  step('gets it', async (shopper) => {
    const input = {
      fulfillmentId: shopper.recall('fulfillment'),
      version: await versionFor(shopper, 'delivery'),
      idempotencyKey: shopper.keyFor('delivery'),
    }
    const { fulfillmentDeliver } = await shopper.ask(deliverFulfillment, { input }, 'staff')
    return `the order is ${accepted(fulfillmentDeliver, 'the delivery').order?.status}`
  }),
  step('wants to give one back', async (shopper) => {
    const { order } = await shopper.ask(findOrder, { orderId: shopper.recall('order') }, 'staff')
    const [line] = need(need(order, 'the order').lines, 'its lines')
    const { orderReturnRequest } = await shopper.ask(
      OrderReturnRequestDocument,
      {
        input: {
          orderId: shopper.recall('order'),
          lines: [{ lineId: need(line, 'a line').id, quantity: 1, reason: 'WRONG_SIZE' }],
          idempotencyKey: shopper.keyFor('return'),
        },
      },
      // A guest asks the shop's people to note it.
      asker === 'guest' ? 'staff' : asker,
    )
    const { return: wanted } = accepted(orderReturnRequest, 'the return')
    shopper.keep('return', need(wanted, 'the return').id)
    return `${wanted?.status}`
  }),
  step('may, and sends it', async (shopper) => {
    const approval = {
      returnId: shopper.recall('return'),
      version: await versionFor(shopper, 'approval'),
      idempotencyKey: shopper.keyFor('approval'),
    }
    const { orderReturnApprove } = await shopper.ask(approveReturn, { input: approval }, 'staff')
    accepted(orderReturnApprove, 'the approval')
    const receipt = {
      returnId: shopper.recall('return'),
      version: await versionFor(shopper, 'receipt'),
      idempotencyKey: shopper.keyFor('receipt'),
    }
    const { orderReturnReceive } = await shopper.ask(receiveReturn, { input: receipt }, 'staff')
    return `its money is on the way: ${accepted(orderReturnReceive, 'the receipt').order?.paymentStatus}`
  }),
  step('gets back the rest of the money', async (shopper) => {
    const input = {
      orderId: shopper.recall('order'),
      version: await versionFor(shopper, 'refund'),
      reason: 'It came too late for the birthday',
      idempotencyKey: shopper.keyFor('refund'),
    }
    const { orderRefund } = await shopper.ask(refundOrder, { input }, 'staff')
    accepted(orderRefund, 'the refund')
    return 'all of it is on its way'
  }),
]

const isRefunded = (status: string | null | undefined) => {
  if (status !== 'REFUNDED') throw new Error(`the payment is ${status}, and not REFUNDED`)
  return 'the order is paid back'
}

const asGuest: JourneyStep[] = [
  ...checkOut('guest'),
  ...getAndGiveBack('guest'),
  step('looks the order up by its number', async (shopper) => {
    const { orderLookup } = await shopper.ask(lookUpOrder, {
      number: shopper.recall('order number'),
      email,
    })
    return isRefunded(need(need(orderLookup, 'the lookup').order, 'the order').paymentStatus)
  }),
]

const asCustomer: JourneyStep[] = [
  step('signs in, and has the cart as their own', async (shopper) => {
    const { cartMerge } = await shopper.ask(
      CartMergeDocument,
      { input: { guestCartId: shopper.recall('cart'), idempotencyKey: shopper.keyFor('merge') } },
      'customer',
    )
    const cart = need(accepted(cartMerge, 'the merge').cart, 'the cart')
    shopper.keep('cart', cart.id)
    return `${cart.totalQuantity} pieces`
  }),
  step('sees the cart in the header', async (shopper) => {
    const { me } = await shopper.ask(HeaderDocument, {}, 'customer')
    return `${need(need(me, 'the customer').cart, 'their cart').totalQuantity} pieces`
  }),
  ...checkOut('customer'),
  ...getAndGiveBack('customer'),
  step('writes a review of what they bought', async (shopper) => {
    const { submitReview } = await shopper.ask(
      SubmitReviewDocument,
      {
        input: {
          productId: shopper.recall('product'),
          rating: 4,
          title: 'Good, but one was too small',
          body: 'Well made, and warm in the wind. Take it a size larger than you would elsewhere.',
          idempotencyKey: shopper.keyFor('review'),
        },
      },
      'customer',
    )
    return `${need(accepted(submitReview, 'the review').review, 'the review').status}`
  }),
  step('asks about the order', async (shopper) => {
    const { startConversation } = await shopper.ask(
      StartConversationDocument,
      {
        input: {
          subject: 'My refund',
          body: 'When will the money be there?',
          orderId: shopper.recall('order'),
          idempotencyKey: shopper.keyFor('conversation'),
        },
      },
      'customer',
    )
    return need(accepted(startConversation, 'the conversation').conversation, 'the conversation').status
  }),
  step('looks at the order', async (shopper) => {
    const { order } = await shopper.ask(
      OrderDetailsDocument,
      { orderId: shopper.recall('order') },
      'customer',
    )
    return isRefunded(need(order, 'the order').paymentStatus)
  }),
  step('looks at the account', async (shopper) => {
    const { me } = await shopper.ask(AccountOverviewDocument, {}, 'customer')
    need(me, 'the customer')
    return 'it is there'
  }),
]

/** What the shopper knows from a better day: taken before anything is down. */
export const yesterday = seen

/** From the home page to an order that is paid back. */
export const journeys: Readonly<Record<'guest' | 'customer', readonly JourneyStep[]>> = {
  guest: [...lookAround, ...fillCart, ...asGuest],
  customer: [...lookAround, ...fillCart, ...asCustomer],
}

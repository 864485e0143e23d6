import type { Connection } from '../kit/paging.ts'
import type { Site } from '../kit/sites.ts'
import type { Checkout, Outcome } from './checkout/checkout-state.ts'
import type { Address } from './delivery/address.ts'
import type { DeliveryOption } from './delivery/delivery-options.ts'
import type { PricedCart } from './pricing/pricing.ts'
import type {
  CartUserError,
  CartWarning,
  CheckoutUserError,
  CurrencyCode,
  DiscountClass,
  DiscountUserError,
  DiscountValueType,
  FulfillmentStatus,
  OrderRefundStatus,
  OrderReturnReason,
  OrderReturnStatus,
  OrderStatus,
  OrderUserError,
} from './schema.generated.ts'

// What stands behind the GraphQL types. Every id is a uuid, every amount is in minor units.

export interface CustomerModel {
  id: string
}

export interface ProductModel {
  id: string
}

export interface VariantModel {
  id: string
}

export interface CartModel {
  id: string
  customerId: string | null
  site: Site
  currency: CurrencyCode
  createdAt: Date
  updatedAt: Date
  /** In capitals. */
  discountCodes: string[]
  email: string | null
  phone: string | null
  address: Address | null
  /** The handle of what was chosen. */
  deliveryOption: string | null
  note: string | null
  giftMessage: string | null
}

export interface CartLineModel {
  id: string
  cartId: string
  variantId: string
  productId: string
  title: string
  variantTitle: string | null
  quantity: number
  /** What one costs now. */
  unitPrice: number
  unitPriceWhenAdded: number
  currency: CurrencyCode
  available: boolean
  /** Whether there are only a few left. */
  scarce: boolean
  maximumQuantity: number
  /** Null where products has not weighed it. */
  weightGrams: number | null
  collectionIds: string[]
  taxClass: string
}

/** A cart with all that its price depends on, and what it comes to. */
export interface CartPrice {
  priced: PricedCart
  deliveryOptions: DeliveryOption[]
  /** Null where none was chosen, or it can't be had any more. */
  deliveryOption: DeliveryOption | null
}

export interface DiscountModel {
  id: string
  version: number
  site: Site
  title: string
  code: string | null
  discountClass: DiscountClass
  valueType: DiscountValueType
  millionths: number | null
  amount: number | null
  each: boolean
  buyQuantity: number | null
  getQuantity: number | null
  mostTimes: number | null
  variantIds: string[]
  productIds: string[]
  collectionIds: string[]
  getVariantIds: string[]
  getProductIds: string[]
  getCollectionIds: string[]
  minimumSubtotal: number | null
  minimumQuantity: number | null
  startsAt: Date
  endsAt: Date | null
  usageLimit: number | null
  usageLimitPerCustomer: number | null
  uses: number
  combinesWith: DiscountClass[]
  createdAt: Date
}

export interface OrderModel {
  id: string
  number: number
  customerId: string | null
  site: Site
  currency: CurrencyCode
  status: OrderStatus
  subtotal: number
  delivery: number
  total: number
  placedAt: Date
  version: number
  email: string | null
  discount: number
  tax: number
  /** JSON: see `readSnapshot`. */
  snapshot: unknown
  captured: number
  refunded: number
}

export interface OrderLineModel {
  id: string
  orderId: string
  variantId: string
  productId: string
  title: string
  variantTitle: string | null
  quantity: number
  unitPrice: number
  subtotal: number
  currency: CurrencyCode
  /** In all, with discounts and taxes. */
  paid: number
  fulfilled: number
  returned: number
}

export interface OrderConnectionModel extends Connection<OrderModel> {
  /** Counts only when it is asked for. */
  totalCount: () => Promise<number>
}

/** What a write to a cart came to. The cart itself is read when it is asked for. */
export interface CartWrite {
  /** Null when nothing was written. */
  cartId: string | null
  userErrors: CartUserError[]
  warnings: CartWarning[]
}

export type CartCreatePayloadModel = CartWrite
export type CartLinesAddPayloadModel = CartWrite
export type CartLinesUpdatePayloadModel = CartWrite
export type CartLinesRemovePayloadModel = CartWrite
export type CartDiscountCodesUpdatePayloadModel = CartWrite
export type CartBuyerIdentityUpdatePayloadModel = CartWrite
export type CartDeliveryAddressUpdatePayloadModel = CartWrite
export type CartDeliveryOptionSelectPayloadModel = CartWrite
export type CartNoteUpdatePayloadModel = CartWrite
export type CartMergePayloadModel = CartWrite

/** What a write to a discount came to. */
export interface DiscountWrite {
  /** Null when nothing was written. */
  discountId: string | null
  userErrors: DiscountUserError[]
}

export type DiscountCreatePayloadModel = DiscountWrite
export type DiscountUpdatePayloadModel = DiscountWrite
export type DiscountEndPayloadModel = DiscountWrite

/** What a write to a limit came to. */
export interface QuantityLimitWrite {
  /** Null when nothing was written. */
  variantId: string | null
  maximum: number | null
  userErrors: DiscountUserError[]
}

export type VariantQuantityLimitSetPayloadModel = QuantityLimitWrite

/** What a write to a checkout came to. */
export interface CheckoutWrite {
  checkout: Checkout | null
  outcome: Outcome | { type: 'in progress' } | null
  userErrors: CheckoutUserError[]
}

export type CheckoutModel = Checkout
export type CheckoutOutcomeModel = NonNullable<CheckoutWrite['outcome']>
export type CheckoutOrderPlacedModel = Extract<CheckoutOutcomeModel, { type: 'order placed' }>
export type CheckoutInProgressModel = Extract<CheckoutOutcomeModel, { type: 'in progress' }>
export type CheckoutActionRequiredModel = Extract<CheckoutOutcomeModel, { type: 'action required' }>
export type CheckoutPaymentDeclinedModel = Extract<CheckoutOutcomeModel, { type: 'payment declined' }>
export type CheckoutOutOfStockModel = Extract<CheckoutOutcomeModel, { type: 'out of stock' }>
export type CheckoutPriceChangedModel = Extract<CheckoutOutcomeModel, { type: 'price changed' }>
export type CheckoutUnavailableModel = Extract<CheckoutOutcomeModel, { type: 'unavailable' }>
export type CheckoutCompletePayloadModel = CheckoutWrite
export type CheckoutContinuePayloadModel = CheckoutWrite

interface LineQuantity {
  /** The uuid of the order's line. */
  lineId: string
  quantity: number
}
export type OrderLineQuantityModel = LineQuantity

export interface OrderEventModel {
  orderId: string
  kind: string
  actor: string
  /** JSON, with an `amount` where it was about money. */
  detail: unknown
  at: Date
  currency: CurrencyCode
}

export interface FulfillmentModel {
  id: string
  orderId: string
  status: FulfillmentStatus
  trackingCompany: string | null
  trackingNumber: string | null
  trackingUrl: string | null
  lines: LineQuantity[]
  createdAt: Date
  deliveredAt: Date | null
}

export interface RefundModel {
  id: string
  orderId: string
  status: OrderRefundStatus
  amount: number
  currency: CurrencyCode
  reason: string | null
  lines: LineQuantity[]
  createdAt: Date
}

export type OrderReturnLineModel = LineQuantity & { reason: OrderReturnReason }

export interface OrderReturnModel {
  id: string
  orderId: string
  status: OrderReturnStatus
  note: string | null
  declineReason: string | null
  lines: OrderReturnLineModel[]
  requestedAt: Date
}

/** What a write to an order came to. The order itself is read when it is asked for. */
export interface OrderWrite {
  /** Null when nothing was written. */
  orderId: string | null
  fulfillmentId?: string | null
  refundId?: string | null
  returnId?: string | null
  userErrors: OrderUserError[]
}

export type OrderCancelPayloadModel = OrderWrite
export type OrderFulfillPayloadModel = OrderWrite
export type FulfillmentDeliverPayloadModel = OrderWrite
export type OrderRefundPayloadModel = OrderWrite
export type OrderReturnRequestPayloadModel = OrderWrite
export type OrderReturnApprovePayloadModel = OrderWrite
export type OrderReturnDeclinePayloadModel = OrderWrite
export type OrderReturnReceivePayloadModel = OrderWrite

/** What was found of an order by its number and e-mail address. */
export interface OrderLookupModel {
  order: OrderModel | null
  tooManyAttempts: boolean
}

import type { Connection } from '../kit/paging.ts'
import type { Site } from '../kit/sites.ts'
import type { Address } from './delivery/address.ts'
import type { DeliveryOption } from './delivery/delivery-options.ts'
import type { PricedCart } from './pricing/pricing.ts'
import type {
  CartUserError,
  CartWarning,
  CurrencyCode,
  DiscountClass,
  DiscountUserError,
  DiscountValueType,
  OrderStatus,
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
  currency: CurrencyCode
  status: OrderStatus
  subtotal: number
  delivery: number
  total: number
  placedAt: Date
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

import type { Connection } from '../kit/paging.ts'
import type { Site } from '../kit/sites.ts'
import type { CartUserError, CartWarning, CurrencyCode, OrderStatus } from './schema.generated.ts'

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

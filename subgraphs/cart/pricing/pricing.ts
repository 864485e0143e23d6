import type { CurrencyCode } from '../schema.generated.ts'

// What the price of a cart is worked out from, and what it comes to. Every amount is in whole minor units, every
// share in millionths (190000 is 19 %), every id a uuid.

export interface PricingLine {
  id: string
  variantId: string
  productId: string
  /** The collections that the product stands in, and those above them. */
  collectionIds: readonly string[]
  taxClass: string
  quantity: number
  unitPrice: number
}

/** Which variants something holds for: those named by any of the lists; all where all lists are empty. */
export interface Entitlement {
  variantIds: readonly string[]
  productIds: readonly string[]
  collectionIds: readonly string[]
}

export type DiscountClass = 'PRODUCT' | 'ORDER' | 'DELIVERY'

export type DiscountValue =
  | { type: 'PERCENTAGE'; millionths: number }
  /** Off each piece, or once off all that is entitled. */
  | { type: 'AMOUNT'; amount: number; each: boolean }
  /** Of `gets`, so many pieces cost less for each so many of `buys`: see `buyXGetY`. */
  | {
      type: 'BUY_X_GET_Y'
      buyQuantity: number
      getQuantity: number
      /** Off each piece that is got; 1000000 makes it free. */
      millionths: number
      gets: Entitlement
      /** How often it applies to one cart; null for as often as it can. */
      mostTimes: number | null
    }
  | { type: 'FREE_DELIVERY' }

export interface Discount {
  id: string
  title: string
  /** Null where it applies by itself. In capitals. */
  code: string | null
  discountClass: DiscountClass
  value: DiscountValue
  /** What it is taken off of or, of `BUY_X_GET_Y`, what has to be bought. */
  entitled: Entitlement
  /** Both count what is entitled, before any discount. */
  minimumSubtotal: number | null
  minimumQuantity: number | null
  startsAt: Date
  /** From here on it holds no more; null for no end. */
  endsAt: Date | null
  usageLimit: number | null
  /** How often it has been used. */
  uses: number
  usageLimitPerCustomer: number | null
  /** How often this customer has used it; null where it is not known who that is. */
  usesByCustomer: number | null
  /** The classes that it can be combined with. Two combine where each lets the other's class. */
  combinesWith: readonly DiscountClass[]
}

export interface Destination {
  /** ISO 3166-1 alpha-2. */
  countryCode: string
  /** The second part of the ISO 3166-2 code, as `CA` of `US-CA`; null where the country is taxed as one. */
  provinceCode: string | null
}

export interface TaxRate {
  /** As it is called on a receipt. */
  name: string
  countryCode: string
  /** Null for all of the country for which nothing else is said. */
  provinceCode: string | null
  taxClass: string
  millionths: number
  /** Whether it is taken on delivery as well. Only the rate of the class `STANDARD` is. */
  onDelivery: boolean
}

export interface TaxRules {
  /** Whether prices hold their tax already. They then stay what they are wherever the goods go. */
  includedInPrices: boolean
  rates: readonly TaxRate[]
}

export interface DeliveryPrice {
  handle: string
  price: number
}

export interface PriceCartInput {
  lines: readonly PricingLine[]
  /** The site's automatic discounts, and those that the codes name. */
  discounts: readonly Discount[]
  /** As the shopper wrote them. */
  codes: readonly string[]
  /** Null where it is not known yet: then neither is the tax. */
  destination: Destination | null
  /** Null where none has been chosen yet. */
  deliveryOption: DeliveryPrice | null
  taxRules: TaxRules
  currency: CurrencyCode
  now: Date
}

/** Why a code takes nothing off. */
export type DiscountRefusal =
  | 'NOT_FOUND'
  | 'NOT_STARTED'
  | 'EXPIRED'
  | 'USAGE_LIMIT_REACHED'
  | 'CUSTOMER_USAGE_LIMIT_REACHED'
  /** It counts by customer, and nobody has said who they are. */
  | 'CUSTOMER_UNKNOWN'
  | 'NO_ENTITLED_LINES'
  | 'MINIMUM_SUBTOTAL_NOT_REACHED'
  | 'MINIMUM_QUANTITY_NOT_REACHED'
  /** What applies in its place can't be combined with it, and takes more off. */
  | 'NOT_COMBINABLE'
  /** Another takes more off of each line that it would be taken off of. */
  | 'BETTER_DISCOUNT_APPLIES'

export interface DiscountAllocation {
  discountId: string
  amount: number
}

export interface AppliedDiscount {
  id: string
  title: string
  code: string | null
  discountClass: DiscountClass
  /** The sum of its allocations. 0 for one on delivery while no delivery has been chosen. */
  amount: number
}

export interface RefusedCode {
  code: string
  reason: DiscountRefusal
  /** The discount that the code names; null where there is none. */
  discountId: string | null
}

export interface PricedLine {
  id: string
  quantity: number
  unitPrice: number
  /** Before any discount. */
  subtotal: number
  /** By discount, of the classes product and order. */
  allocations: DiscountAllocation[]
  /** After all discounts; holds its tax where prices do. */
  total: number
  /** Null while the destination is not known. */
  tax: number | null
}

export interface PricedDelivery {
  handle: string
  /** Before any discount. */
  price: number
  allocations: DiscountAllocation[]
  total: number
  tax: number | null
}

/** One rate of tax, over all that it applies to. */
export interface PricedTax {
  name: string
  millionths: number
  /** Whether it is in the prices already. */
  included: boolean
  /** What it is taken of: lines and delivery after discounts. */
  taxable: number
  amount: number
}

export interface CartTotals {
  /** Of the lines, before any discount. */
  subtotal: number
  /** All that is taken off, of lines and delivery. */
  discount: number
  /** Before any discount; 0 while none is chosen. */
  delivery: number
  /** Of all rates; null while the destination is not known. */
  tax: number | null
  /** Whether `tax` is in the other sums already. */
  taxIncluded: boolean
  /** What is to be paid, as far as it is known. */
  total: number
}

export interface PricedCart {
  currency: CurrencyCode
  /** In the order of the input. */
  lines: PricedLine[]
  discounts: {
    /** In the order of their ids. */
    applied: AppliedDiscount[]
    /** In the order of the codes. */
    refused: RefusedCode[]
  }
  delivery: PricedDelivery | null
  /** Null while the destination is not known. */
  taxes: PricedTax[] | null
  totals: CartTotals
}

export type SiteName = 'main' | 'outlet'
export type CurrencyCode = 'EUR' | 'USD'
export type OrderStatus = 'PLACED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED'
export type ReviewStatus = 'PENDING' | 'PUBLISHED' | 'REJECTED'
/** To reviews: it settles what a review rates beside the whole. */
export type ProductKindName = 'general' | 'clothing' | 'outdoor' | 'home' | 'electronics' | 'play'
export type ReviewConcern = 'OFFENSIVE' | 'SPAM' | 'OFF_TOPIC' | 'PERSONAL_DATA' | 'NOT_GENUINE' | 'OTHER'
export type ConversationStatus = 'WAITING' | 'ANSWERED' | 'CLOSED'
export type Rating = 1 | 2 | 3 | 4 | 5

/** Every `id` and `…Id` is a uuid; every amount is in minor units (cents) of the site's currency. */
export interface CollectionData {
  id: string
  slug: string
  title: string
  description: string
  /** From 0, among those with the same parent. */
  position: number
  parentId: string | null
  parentSlug: string | null
  picture: PictureData
}

export interface PictureData {
  /** All that the drawing needs, as `mug-sage-3f2a-1`: served at `/pictures/<key>.svg`. */
  key: string
  altText: string
  width: number
  height: number
}

export interface ProductData {
  /** From 0; the same product at every scale. */
  index: number
  id: string
  slug: string
  title: string
  description: string
  brand: string
  /** In alphabetical order. */
  tags: string[]
  /** Collections at the second level, the main one first. */
  collections: { id: string; slug: string }[]
  /** The sites that sell it; `main` always. */
  sites: SiteName[]
  /** 1 to 3 choices, each value taken by at least one variant. */
  options: { name: string; values: string[] }[]
  variants: VariantData[]
  /** 2 or 3, the main one first. */
  media: PictureData[]
  publishedAt: Date
  /** The ids of the products that staff has put beside it, in order; of the same block. */
  complements: string[]
}

export interface VariantData {
  id: string
  sku: string
  /** The options in a line, as `M / Sage`. */
  title: string
  /** From 0, within the product. */
  position: number
  options: { name: string; value: string }[]
  /** One for each site that sells the product. */
  prices: PriceData[]
  stock: number
  /** As it is sent, with its packing. */
  weightGrams: number
  picture: PictureData
}

export interface PriceData {
  site: SiteName
  currency: CurrencyCode
  /** What it costs outside of a sale. */
  amount: number
  /** Holds from `from` (included) to `until` (excluded). Always below `amount`. */
  sale: { amount: number; from: Date; until: Date } | null
}

export interface StoreData {
  id: string
  handle: string
  name: string
  /** The sites whose shoppers can pick up there. */
  sites: SiteName[]
  pickUpNote: string
}

export interface MenuData {
  site: SiteName
  handle: 'main' | 'footer'
  items: MenuItemData[]
}

export interface MenuItemData {
  title: string
  /** Within the site, as `/collections/knitwear`. */
  path: string
  collectionId: string | null
  items: MenuItemData[]
}

export interface CarouselSlideData {
  id: string
  site: SiteName
  placement: string
  position: number
  title: string
  subtitle: string | null
  picture: PictureData
  path: string
  /** Shown from here (included) … */
  from: Date
  /** … to here (excluded); null for no end. */
  until: Date | null
}

export interface CallToActionData {
  id: string
  site: SiteName
  placement: string
  position: number
  title: string
  body: string | null
  label: string
  path: string
  from: Date
  until: Date | null
}

export interface CustomerData {
  index: number
  id: string
  /** `ada`, `grace` or `linus`; null for all others. */
  handle: string | null
  firstName: string
  lastName: string
  /** As strangers see it: `Ada L.` */
  displayName: string
  email: string
  site: SiteName
  joinedAt: Date
}

export interface OrderData {
  index: number
  id: string
  /** `A-100001` and on. */
  number: string
  customerId: string
  customerIndex: number
  site: SiteName
  currency: CurrencyCode
  status: OrderStatus
  placedAt: Date
  shippedAt: Date | null
  deliveredAt: Date | null
  cancelledAt: Date | null
  lines: OrderLineData[]
  /** The sum of the lines' subtotals. */
  subtotal: number
  delivery: number
  /** `subtotal + delivery`. */
  total: number
}

export interface OrderLineData {
  id: string
  position: number
  variantId: string
  productId: string
  productIndex: number
  sku: string
  title: string
  variantTitle: string
  quantity: number
  unitPrice: number
  /** `quantity * unitPrice`. */
  subtotal: number
}

export interface ReviewData {
  index: number
  id: string
  productId: string
  productIndex: number
  customerId: string
  customerIndex: number
  authorName: string
  /** The site that the author shops at. */
  site: SiteName
  rating: Rating
  title: string
  body: string
  /** Whether the author had the product delivered before writing; `orderId` names the order. */
  verified: boolean
  orderId: string | null
  status: ReviewStatus
  createdAt: Date
  /** Of sides that the product's kind has. */
  dimensionRatings: Record<string, Rating>
  photos: { url: string; altText: string | null }[]
  /** The shop's; on published reviews alone. */
  answer: { body: string; answeredAt: Date } | null
  /** Of those that are pending. */
  holdReasons: ('REPORTS' | 'MODERATOR')[]
  heldAt: Date | null
  /** Of those that are rejected. */
  rejection: { concern: ReviewConcern; note: string | null; rejectedAt: Date } | null
  /** Each customer at most once, never the author; fewer than three on published reviews. */
  reports: { customerId: string; concern: ReviewConcern; comment: string | null; reportedAt: Date }[]
  /** Each customer at most once, never the author; only on published reviews. */
  votes: { customerId: string; customerIndex: number; helpful: boolean; votedAt: Date }[]
}

export interface ConversationData {
  index: number
  id: string
  customerId: string
  customerIndex: number
  site: SiteName
  subject: string
  orderId: string | null
  orderNumber: string | null
  /** WAITING when the customer spoke last, ANSWERED when the agent did; CLOSED after an agent's answer. */
  status: ConversationStatus
  createdAt: Date
  lastMessageAt: Date
  /** Who answers. */
  agent: AgentData
  messages: MessageData[]
}

export interface AgentData {
  id: string
  handle: string
  displayName: string
}

export interface MessageData {
  id: string
  position: number
  author: 'CUSTOMER' | 'AGENT'
  /** The customer's or the agent's uuid. */
  authorId: string
  displayName: string
  body: string
  sentAt: Date
}

export interface CartData {
  id: string
  customerId: string
  customerIndex: number
  site: SiteName
  currency: CurrencyCode
  lines: {
    id: string
    position: number
    variantId: string
    productId: string
    productIndex: number
    title: string
    variantTitle: string
    quantity: number
    /** What one cost when it was added. */
    unitPrice: number
    addedAt: Date
  }[]
  createdAt: Date
  updatedAt: Date
}

export interface ShopCounts {
  collections: number
  products: number
  customers: number
  orders: number
  reviews: number
  conversations: number
}

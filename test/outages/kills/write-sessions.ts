import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { newUuid, toId } from '../../../subgraphs/kit/ids.ts'
import type { Question } from './shop-client.ts'

/** Sends a mutation until it is acknowledged, always with one idempotency key. @returns its payload */
export type Write = (mutation: {
  query: string
  input: Record<string, unknown>
  token: string
}) => Promise<unknown>

/** Writes that belong together and are read back together. */
export interface WriteSession {
  /** Acknowledged when it returns. */
  writeNext(): Promise<void>
  /** Asks for all that was written. */
  question: Question
  /** What is in an answer's data of what was written, and what has to be. */
  found(data: unknown): unknown
  expected(): unknown
}

export interface SessionKind {
  name: string
  /** So many writes, and the next session begins. */
  length: number
  open(write: Write): Promise<WriteSession>
}

export interface WritableProduct {
  id: string
  variantIds: readonly string[]
}

interface WorldOptions {
  /** Nobody else looks at them or writes to them. */
  products: readonly WritableProduct[]
  mint: (who: { subject: string; name: string; roles?: readonly string[] }) => Promise<string>
}

const newCustomer = () => ({ subject: toId('cus', newUuid()), name: 'Kay Nine' })
const newKey = () => randomUUID()

const at = <Value>(list: readonly Value[], index: number): Value => {
  const value = list[index % list.length]
  if (value === undefined) throw new Error('there is nothing to write about')
  return value
}

const madeCart = z.object({ cart: z.object({ id: z.string() }) })
const cartLines = z.object({
  cart: z.object({
    totalQuantity: z.number(),
    lines: z.array(z.object({ quantity: z.number(), variant: z.object({ id: z.string() }) })),
  }),
})

const cartCreate = `mutation ($input: CartCreateInput!) {
  written: cartCreate(input: $input) { cart { id } userErrors { code message } }
}`
const cartLinesAdd = `mutation ($input: CartLinesAddInput!) {
  written: cartLinesAdd(input: $input) { cart { totalQuantity } userErrors { code message } }
}`

/** Pieces that are put into a cart: each is there once, however often it was sent. */
function carts({ products, mint }: WorldOptions): SessionKind {
  const variantIds = products.flatMap((product) => product.variantIds)
  return {
    name: 'pieces in carts',
    length: 60,
    async open(write) {
      const token = await mint(newCustomer())
      const { cart } = madeCart.parse(
        await write({ query: cartCreate, input: { lines: [], idempotencyKey: newKey() }, token }),
      )
      const quantities = new Map<string, number>()
      let written = 0
      return {
        async writeNext() {
          // Some of them again and again, so that a line's quantity shows what was written twice.
          const variantId = at(variantIds, written % 7)
          await write({
            query: cartLinesAdd,
            input: { cartId: cart.id, lines: [{ variantId, quantity: 1 }], idempotencyKey: newKey() },
            token,
          })
          written += 1
          quantities.set(variantId, (quantities.get(variantId) ?? 0) + 1)
        },
        question: {
          query: 'query ($id: ID!) { cart(id: $id) { totalQuantity lines { quantity variant { id } } } }',
          variables: { id: cart.id },
          token,
        },
        found(data) {
          const { totalQuantity, lines } = cartLines.parse(data).cart
          return {
            totalQuantity,
            ...Object.fromEntries(lines.map(({ variant, quantity }) => [variant.id, quantity])),
          }
        },
        expected: () => ({ totalQuantity: written, ...Object.fromEntries(quantities) }),
      }
    },
  }
}

const startedConversation = z.object({ conversation: z.object({ id: z.string() }) })
const saidMessages = z.object({
  conversation: z.object({ messages: z.object({ nodes: z.array(z.object({ body: z.string() })) }) }),
})

const startConversation = `mutation ($input: StartConversationInput!) {
  written: startConversation(input: $input) { conversation { id } userErrors { code message } }
}`
const sendMessage = `mutation ($input: SendMessageInput!) {
  written: sendMessage(input: $input) { message { id } userErrors { code message } }
}`

/** Messages of a conversation: each once, and in the order in which they were sent. */
function messages({ mint }: WorldOptions): SessionKind {
  return {
    name: 'messages',
    length: 60,
    async open(write) {
      const token = await mint(newCustomer())
      const said = [`first ${newKey()}`]
      const { conversation } = startedConversation.parse(
        await write({
          query: startConversation,
          input: { subject: 'Where is it?', body: said[0], idempotencyKey: newKey() },
          token,
        }),
      )
      return {
        async writeNext() {
          const body = `number ${said.length} ${newKey()}`
          await write({
            query: sendMessage,
            input: { conversationId: conversation.id, body, idempotencyKey: newKey() },
            token,
          })
          said.push(body)
        },
        question: {
          query: 'query ($id: ID!) { conversation(id: $id) { messages(first: 100) { nodes { body } } } }',
          variables: { id: conversation.id },
          token,
        },
        found: (data) => saidMessages.parse(data).conversation.messages.nodes.map(({ body }) => body),
        expected: () => said,
      }
    },
  }
}

const ownReviews = z.object({
  me: z.object({
    reviews: z.object({
      nodes: z.array(z.object({ title: z.string(), product: z.object({ id: z.string() }) })),
    }),
  }),
})

const submitReview = `mutation ($input: SubmitReviewInput!) {
  written: submitReview(input: $input) { review { id } userErrors { code message } }
}`

/** A customer's reviews, of one product after the other. */
function reviews({ products, mint }: WorldOptions): SessionKind {
  return {
    name: 'reviews',
    length: Math.min(products.length, 30),
    async open(write) {
      const token = await mint(newCustomer())
      const titles = new Map<string, string>()
      return {
        async writeNext() {
          const { id: productId } = at(products, titles.size)
          const title = `Not for me ${newKey()}`
          await write({
            query: submitReview,
            // The poorest rating: none of these products gets onto the shelf of the best.
            input: { productId, rating: 1, title, body: 'It was not for me.', idempotencyKey: newKey() },
            token,
          })
          titles.set(productId, title)
        },
        question: {
          query: '{ me { reviews(first: 100) { nodes { title product { id } } } } }',
          token,
        },
        found: (data) =>
          Object.fromEntries(
            ownReviews.parse(data).me.reviews.nodes.map(({ title, product }) => [product.id, title]),
          ),
        expected: () => Object.fromEntries(titles),
      }
    },
  }
}

const pricedVariants = z.object({
  product: z.object({
    variants: z.object({
      nodes: z.array(z.object({ id: z.string(), price: z.object({ amount: z.number() }) })),
    }),
  }),
})

const variantPriceSet = `mutation ($input: VariantPriceSetInput!) {
  written: variantPriceSet(input: $input) { variant { id } userErrors { code message } }
}`

/** Prices that staff set: the last one holds. */
function prices({ products, mint }: WorldOptions): SessionKind {
  /** By variant, over all sessions: in a long test a variant's turn comes again. */
  const last = new Map<string, number>()
  let opened = 0
  let amount = 1_000
  return {
    name: 'prices',
    length: 30,
    async open(write) {
      const token = await mint({ subject: 'price-desk', name: 'Price desk', roles: ['staff'] })
      const product = at(products, opened)
      const variantId = at(product.variantIds, Math.floor(opened / products.length))
      opened += 1
      return {
        async writeNext() {
          amount += 1
          await write({
            query: variantPriceSet,
            input: { variantId, amount, idempotencyKey: newKey() },
            token,
          })
          last.set(variantId, amount)
        },
        question: {
          query: `query ($id: ID!) {
            product(id: $id) { variants(first: 100) { nodes { id price { amount } } } }
          }`,
          variables: { id: product.id },
        },
        found: (data) =>
          pricedVariants.parse(data).product.variants.nodes.find(({ id }) => id === variantId)?.price.amount,
        expected: () => last.get(variantId),
      }
    },
  }
}

export const sessionKinds = (world: WorldOptions): SessionKind[] => [
  carts(world),
  messages(world),
  reviews(world),
  prices(world),
]

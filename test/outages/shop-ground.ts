import { readFileSync } from 'node:fs'
import { Supergraph } from '@apollo/federation-internals'
import { vi } from 'vitest'
import { loadOperations } from '../../checks/operations/load-operations.ts'
import type { KnownArguments } from '../differential/random-operation.ts'
import { type Shop, startShop } from '../set-up/shop.ts'
import type { GeneratingGround } from './generate-operations.ts'
import { collectArguments } from './known-arguments.ts'
import { createPredict } from './predict.ts'
import { type ProvedOperation, proofSettings } from './proving-ground.ts'

const shelves = `{
  newArrivals(first: 4) { id slug variants(first: 2) { nodes { id } } }
  topRated(first: 3) { id reviews(first: 2) { nodes { id } } }
  collections(first: 4) { nodes { id slug } }
  me {
    cart { id }
    orders(first: 3) { nodes { id } }
    reviews(first: 2) { nodes { id } }
    conversations(first: 2) { nodes { id } }
  }
}`

interface Named {
  id: string
  slug?: string
}
const byId = (nodes: readonly Named[]) => nodes.map(({ id }) => ({ id }))
const bySlug = (nodes: readonly Named[]) => nodes.map(({ slug = '' }) => ({ slug }))
const patience = { timeout: 30_000, interval: 500 }
const pages = [{ first: 1 }, { first: 2 }, { first: 3 }]

/** What a shopper can ask the shop for, by what it has. */
async function findArguments(shop: Shop, token: string): Promise<KnownArguments> {
  const data = await vi.waitFor(async () => {
    const answer = await shop.ask(shelves, { token })
    // A busy machine may be late with all that was just started.
    if (answer.errors.length > 0) throw new Error(`the shelves are not answered: ${answer.text}`)
    return answer.data
  }, patience)
  const { newArrivals, topRated, collections, me } = data
  const products: Named[] = [...newArrivals, ...topRated]
  const reviews: Named[] = topRated.flatMap(
    (product: { reviews: { nodes: Named[] } }) => product.reviews.nodes,
  )
  const listed = [
    ...pages,
    { first: 2, sort: 'PRICE_ASC', filter: { available: true } },
    { first: 2, sort: 'TITLE', filter: { onSale: true, maxPrice: 100_000 } },
  ]
  return new Map<string, KnownArguments extends ReadonlyMap<string, infer All> ? All : never>([
    ['Query.product', [...byId(products), ...bySlug(newArrivals), { id: 'prod_unknown' }]],
    ['Query.products', listed],
    ['Query.collection', [...byId(collections.nodes), ...bySlug(collections.nodes)]],
    ['Query.collections', pages],
    ['Query.navigation', [{}, { handle: 'main' }]],
    ['Query.carousel', [{}]],
    ['Query.callsToAction', [{}]],
    ['Query.newArrivals', pages],
    ['Query.onSale', pages],
    ['Query.topRated', pages],
    ['Query.popular', pages],
    [
      'Query.search',
      [
        { query: 'anorak', first: 2 },
        { query: 'wool', first: 3 },
      ],
    ],
    ['Query.review', byId([...reviews, ...me.reviews.nodes])],
    ['Query.cart', byId([me.cart])],
    ['Query.order', byId(me.orders.nodes)],
    ['Query.conversation', byId(me.conversations.nodes)],
    // Agents alone may see it.
    ['Query.conversationQueue', []],
    ['Product.variants', pages],
    ['Product.reviews', [...pages, { first: 2, sort: 'MOST_HELPFUL', filter: { ratings: [4, 5] } }]],
    ['Collection.products', listed],
    ['Customer.orders', pages],
    ['Customer.reviews', pages],
    ['Customer.conversations', pages],
    ['Order.conversations', pages],
    ['Conversation.messages', pages],
  ])
}

/** The whole shop, with the operations that its web shop sends. */
export async function openShop(): Promise<GeneratingGround & { stored: ProvedOperation[] }> {
  const shop = await startShop(proofSettings)
  const ada = await shop.token('ada')
  const headers = { authorization: `Bearer ${ada}` }
  const supergraphSdl = readFileSync('supergraph.graphql', 'utf8')
  const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()
  const operations = loadOperations('storefront/operations')
  return {
    name: 'shop',
    schema,
    supergraphSdl,
    standIns: new Map(Object.entries(shop.standIns)),
    url: shop.url,
    deadlineMs: Number(proofSettings.OPERATION_DEADLINE_MS),
    predict: createPredict({ schema, supergraphSdl }),
    stored: operations.map(({ name, document, text, variables, caller }) => ({
      name,
      document,
      query: text,
      variables,
      ...(caller === 'customer' && { headers }),
    })),
    knownArguments: new Map([...collectArguments(schema, operations), ...(await findArguments(shop, ada))]),
    headers,
    // They are the stored ones' part: what they write is there to stay.
    hasMutations: false,
    countingField: /\borderLookup\b/,
    maxDepth: 6,
    stop: shop.stop,
  }
}

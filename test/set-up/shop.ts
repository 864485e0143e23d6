import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { JSONWebKeySet } from 'jose'
import { vi } from 'vitest'
import { readGatewayConfig } from '../../gateway/config.ts'
import { startGateway } from '../../gateway/server/start-gateway.ts'
import { customerIdFor } from '../../prisma/shop-data/people.ts'
import { silentLogger } from '../../service/log.ts'
import { ensureDevelopmentKeys } from '../../starter/development-keys.ts'
import { cart } from '../../subgraphs/cart/cart.ts'
import { chat } from '../../subgraphs/chat/chat.ts'
import { toId } from '../../subgraphs/kit/ids.ts'
import { type GraphqlAnswer, startTestSubgraph } from '../../subgraphs/kit/test-subgraph.ts'
import { products } from '../../subgraphs/products/products.ts'
import { reviews } from '../../subgraphs/reviews/reviews.ts'
import { createMint } from './mint-token.ts'
import { startStandIn } from './stand-in.ts'

export const subgraphNames = ['products', 'reviews', 'cart', 'chat'] as const

interface AskOptions {
  variables?: Record<string, unknown>
  token?: string
  headers?: Record<string, string>
}

/** An answer of the gateway's, and its text as it came. */
export interface ShopAnswer extends GraphqlAnswer {
  text: string
}

async function readKeys(directory: string, file: string): Promise<JSONWebKeySet> {
  return JSON.parse(await readFile(path.join(directory, file), 'utf8'))
}

async function waitUntilFollowed(url: string, owner: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const ready = await fetch(`${url}/health/ready`)
      const text = await ready.text()
      if (!text.includes('"state":"current"')) throw new Error(`has not caught up with ${owner}: ${text}`)
    },
    { timeout: 60_000, interval: 50 },
  )
}

/**
 * The whole shop in this process, on free ports, with the seeds: the subgraphs with a database each, a stand-in
 * before each of them that can fail, and the gateway.
 * @param environment the gateway's settings, as in its environment
 */
export async function startShop(environment: Record<string, string> = {}) {
  const directory = await mkdtemp(path.join(tmpdir(), 'arcade-shop-'))
  const keys = await ensureDevelopmentKeys(directory)
  const mint = createMint(keys)
  const serviceKeys = async (name: string) => ({
    serviceKeys: await readKeys(keys, `${name}.json`),
    seeded: true,
  })

  const [shopProducts, shopChat] = await Promise.all([
    startTestSubgraph(products, await serviceKeys('products')),
    startTestSubgraph(chat, await serviceKeys('chat')),
  ])
  const feedUrls = { products: shopProducts.url }
  const shopCart = await startTestSubgraph(cart, { ...(await serviceKeys('cart')), config: { feedUrls } })
  const shopReviews = await startTestSubgraph(reviews, {
    ...(await serviceKeys('reviews')),
    config: { feedUrls: { ...feedUrls, cart: shopCart.url } },
  })
  await Promise.all([waitUntilFollowed(shopCart.url, 'products'), waitUntilFollowed(shopReviews.url, 'cart')])

  const subgraphs = {
    products: shopProducts,
    reviews: shopReviews,
    cart: shopCart,
    chat: shopChat,
  }
  const standIns = {
    products: await startStandIn(shopProducts.url),
    reviews: await startStandIn(shopReviews.url),
    cart: await startStandIn(shopCart.url),
    chat: await startStandIn(shopChat.url),
  }
  const gateway = await startGateway(
    readGatewayConfig({
      PORT: '0',
      DATA_DIR: directory,
      // Tests fail a subgraph as often as they like, and see each failure as it is told.
      BREAKER_MIN_CALLS: '1000000',
      ...Object.fromEntries(subgraphNames.map((name) => [`${name.toUpperCase()}_URL`, standIns[name].url])),
      ...environment,
    }),
    silentLogger(),
  )

  return {
    url: gateway.url,
    keysDirectory: keys,
    subgraphs,
    standIns,
    /** A token of development's for a customer that one can be by name. */
    token(handle: 'ada' | 'grace' | 'linus', roles: readonly string[] = ['shopper']): Promise<string> {
      return mint({ subject: toId('cus', customerIdFor(handle)), name: handle, roles })
    },
    async ask(query: string, { variables = {}, token, headers = {} }: AskOptions = {}): Promise<ShopAnswer> {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      })
      const text = await response.text()
      const { data, errors = [] }: Partial<ShopAnswer> = JSON.parse(text)
      return { status: response.status, text, data, errors }
    },
    async stop() {
      await gateway.stop()
      await Promise.all(Object.values(standIns).map((standIn) => standIn.stop()))
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.stop()))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export type Shop = Awaited<ReturnType<typeof startShop>>

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { silentLogger } from '../../service/log.ts'
import { type HttpService, sendJson, startHttpService } from '../../service/http.ts'
import { createContextVerifier } from '../../service/signed-context.ts'
import { toId } from '../kit/ids.ts'
import { generateServiceKeys, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertReviews } from './test-data.ts'

interface Published {
  kind: string
  entityId: string
  payload: unknown
}

/** Cart's side of the feed, as its contract has it: what is in the list, by sequence number. */
const published = { feed: randomUUID(), changes: [] as Published[] }
let cart: HttpService
let subgraph: Awaited<ReturnType<typeof startTestSubgraph<never, never>>> | Awaited<ReturnType<typeof start>>

const start = async (feedUrl: string) => {
  const config = { feedUrls: { products: feedUrl, reviews: feedUrl, cart: feedUrl, chat: feedUrl } }
  return startTestSubgraph(reviews, { serviceKeys, config })
}
const serviceKeys = await generateServiceKeys()
const verifier = createContextVerifier({ keys: serviceKeys })

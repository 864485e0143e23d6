import { readFileSync } from 'node:fs'
import { createRadius } from '../../checks/radius/predict-loss.ts'
import { customerIdFor } from '../../prisma/shop-data/people.ts'
import { newUuid, toId } from '../../subgraphs/kit/ids.ts'
import { createShopClient, type ShopClient } from '../outages/kills/shop-client.ts'
import { createMint } from '../set-up/mint-token.ts'
import { createJourney, type TakenStep } from './run-journey.ts'
import { journeys, yesterday } from './shopper-journey.ts'

export type ShopperKind = keyof typeof journeys

/** A shop, and how its subgraphs can be made to hang. */
export interface OpenShop {
  url: string
  keysDirectory: string
  subgraphs: readonly string[]
  hang(subgraph: string): Promise<void> | void
  /** Settled once the gateway has its answers again. */
  goOn(subgraph: string): Promise<void>
}

/** One shopper's journey: on a good day, or with a subgraph down and gone through to its end afterwards. */
export interface Chapter {
  shopper: ShopperKind
  down: string | null
}

export interface TakenChapter extends Chapter {
  steps: TakenStep[]
  /** Those that were lost, taken when all is up again. */
  afterwards: TakenStep[]
}

interface TakeJourneysOptions {
  shop: OpenShop
  chapters: readonly Chapter[]
  /** Told of each step, as it is taken. */
  begun?: (chapter: Chapter) => void
  taken?: (step: TakenStep) => void
  backAgain?: (subgraph: string) => void
}

const radius = () => createRadius(readFileSync('supergraph.graphql', 'utf8'))

async function takeChapter(
  { shopper, down }: Chapter,
  client: ShopClient,
  { shop, taken = () => {}, backAgain = () => {} }: TakeJourneysOptions,
): Promise<TakenChapter> {
  const mint = createMint(shop.keysDirectory)
  // Somebody new each time: nobody reviews a product twice.
  const customer = await mint({ subject: toId('cus', newUuid()), name: 'Robin' })
  const staff = await mint({ subject: toId('cus', customerIdFor('linus')), name: 'Linus', roles: ['staff'] })
  const journey = createJourney([...yesterday, ...journeys[shopper]], {
    client,
    radius: radius(),
    tokens: { guest: undefined, customer, staff },
  })
  async function walk(failed: string | null, count?: number): Promise<TakenStep[]> {
    const steps: TakenStep[] = []
    for await (const step of journey.walk({ failed, count })) {
      taken(step)
      steps.push(step)
    }
    return steps
  }

  const before = await walk(null, yesterday.length)
  if (down === null) return { shopper, down, steps: [...before, ...(await walk(null))], afterwards: [] }
  await shop.hang(down)
  const steps = await walk(down).finally(() => shop.goOn(down))
  backAgain(down)
  return { shopper, down, steps: [...before, ...steps], afterwards: await walk(null) }
}

export async function takeJourneys(options: TakeJourneysOptions): Promise<TakenChapter[]> {
  const client = createShopClient(options.shop.url)
  try {
    const chapters: TakenChapter[] = []
    for (const chapter of options.chapters) {
      options.begun?.(chapter)
      chapters.push(await takeChapter(chapter, client, options))
    }
    return chapters
  } finally {
    await client.close()
  }
}

/** What was not as promised, a line each. */
export const faultsOf = ({ shopper, down, steps, afterwards }: TakenChapter): string[] => {
  const where = down === null ? shopper : `${shopper}, ${down} down`
  return [
    ...steps.flatMap(({ title, faults }) => faults.map((fault) => `${where}: ${title}: ${fault}`)),
    ...afterwards.flatMap(({ title, faults }) =>
      faults.map((fault) => `${where}, back again: ${title}: ${fault}`),
    ),
  ]
}

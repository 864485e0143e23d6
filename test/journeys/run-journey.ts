import type { Radius } from '../../checks/radius/predict-loss.ts'
import type { ShopClient } from '../outages/kills/shop-client.ts'
import { judgeExchange } from './judge-exchange.ts'
import { type Asker, createShopper, Missing, type Shopper } from './shopper.ts'

export interface JourneyStep {
  title: string
  /**
   * Says in a few words what came of it.
   * @throws Missing where it could not be done for what was lost; any other error is a fault.
   */
  take: (shopper: Shopper) => Promise<string>
}

export interface TakenStep {
  title: string
  /** `lost` is what could not be done because something is down. */
  outcome: 'done' | 'lost' | 'wrong'
  /** What came of it, or what it lacked. */
  said: string
  /** In what it broke the failure contract, or the shopper's expectations. */
  faults: string[]
}

interface JourneyOptions {
  client: ShopClient
  radius: Radius
  tokens: Readonly<Record<Asker, string | undefined>>
}

interface WalkOptions {
  failed: string | null
  /** No more than the first so many of all steps. */
  count?: number
}

/** One shopper's way through the shop. What could not be done while something was down can be done later. */
export function createJourney(steps: readonly JourneyStep[], { client, radius, tokens }: JourneyOptions) {
  let down: string | null = null
  let faults: string[] = []
  const done = new Set<JourneyStep>()
  const shopper = createShopper({
    client,
    tokens,
    heard: (exchange) => faults.push(...judgeExchange(radius, down, exchange)),
  })

  async function take(step: JourneyStep): Promise<TakenStep> {
    faults = []
    try {
      const said = await step.take(shopper)
      done.add(step)
      return { title: step.title, outcome: faults.length > 0 ? 'wrong' : 'done', said, faults }
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error)
      if (!(error instanceof Missing) || down === null)
        faults.push(error instanceof Missing ? `${said} is missing` : said)
      return { title: step.title, outcome: faults.length > 0 ? 'wrong' : 'lost', said, faults }
    }
  }

  return {
    /** Takes the steps that are not done yet, one after another, while `failed` is down. */
    async *walk({ failed, count = steps.length }: WalkOptions): AsyncGenerator<TakenStep> {
      down = failed
      for (const step of steps.slice(0, count)) if (!done.has(step)) yield await take(step)
    },
  }
}

import { openShop, untilFeedsAreFollowed } from '../starter/open-shop.ts'
import { createPlace, serviceNames } from '../starter/starter-process.ts'
import type { OpenShop } from './take-journeys.ts'
import { untilItAnswers } from './until-it-answers.ts'

export interface OwnShop extends OpenShop {
  /** Settled when it can be asked. */
  opened: Promise<void>
  close(): Promise<void>
}

/** The shop as `npm start` runs it, with data and ports of its own, whose subgraphs are stopped and go on. */
export async function openOwnShop(): Promise<OwnShop> {
  const place = await createPlace()
  const url = `http://127.0.0.1:${place.portOf('gateway')}`

  return {
    url,
    keysDirectory: `${place.dataDir}/keys`,
    subgraphs: serviceNames.filter((name) => name !== 'gateway'),
    opened: openShop(place).then(() => untilFeedsAreFollowed(place)),
    hang: (subgraph) => {
      process.kill(place.pidOf(subgraph), 'SIGSTOP')
    },
    async goOn(subgraph) {
      process.kill(place.pidOf(subgraph), 'SIGCONT')
      await untilItAnswers(url, subgraph)
    },
    close: () => place.remove(),
  }
}

import type { Departure } from '../../service/departure.ts'
import type { Logger } from '../../service/log.ts'
import { createFailureLog, type TellFailure } from '../observe/failure-log.ts'
import type { Endpoint, SubgraphAnswer, Transport } from './call-subgraph.ts'
import type { RequestContext } from './request-context.ts'
import { createSharing } from './share-in-flight.ts'
import type { FailureCode } from './subgraph-failure.ts'

interface SubgraphOptions {
  name: string
  /** One for each replica; they take turns. */
  addresses: readonly URL[]
  transport: Transport
  callDeadlineMs: number
  /** Whether equal queries of one identity that are under way are sent once. */
  deduplicate: boolean
  log: Logger
}

export interface SubgraphRequest {
  /** A GraphQL request as JSON. */
  body: string
  isMutation: boolean
}

/** A subgraph as the gateway sees it. */
export interface Subgraph {
  /** @throws {SubgraphFailure} whatever goes wrong. */
  call(request: SubgraphRequest, context: RequestContext): Promise<SubgraphAnswer>
  /** With which code a call would fail at once, as the subgraph is known to be down; null when one may be made. */
  outage(): FailureCode | null
  /** Tells the log that it failed. */
  tellFailure: TellFailure
}

/** Opens a subgraph; it need not be there. */
export function openSubgraph({
  name,
  addresses,
  transport,
  callDeadlineMs,
  deduplicate,
  log,
}: SubgraphOptions): Subgraph {
  const endpoints = addresses.map((address) => transport.endpointOf(address))
  let turn = 0
  function nextEndpoint(): Endpoint {
    const endpoint = endpoints[turn++ % endpoints.length]
    if (!endpoint) throw new Error(`the subgraph ${name} has no address`)
    return endpoint
  }

  const share = deduplicate ? createSharing<SubgraphAnswer>() : null

  const call = ({ body, isMutation }: SubgraphRequest, context: RequestContext, departure: Departure) =>
    transport.call({
      endpoint: nextEndpoint(),
      headers: context.subgraphHeaders,
      body,
      isMutation,
      deadlineMs: Math.min(callDeadlineMs, context.deadlineAt - performance.now()),
      departure,
    })

  return {
    call(request, context) {
      const { departure, subgraphHeaders } = context
      if (!share || request.isMutation) return call(request, context, departure)
      const key = `${JSON.stringify(subgraphHeaders)} ${request.body}`
      return share({ key, departure, begin: (common) => call(request, context, common) })
    },
    outage: () => null,
    tellFailure: createFailureLog({ subgraph: name, log }),
  }
}

import type { Logger } from '../../service/log.ts'
import { createFailureLog, type TellFailure } from '../observe/failure-log.ts'
import type { Endpoint, SubgraphAnswer, Transport } from './call-subgraph.ts'
import type { RequestContext } from './request-context.ts'

interface SubgraphOptions {
  name: string
  /** One for each replica; they take turns. */
  addresses: readonly URL[]
  transport: Transport
  callDeadlineMs: number
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
  /** Tells the log that it failed. */
  tellFailure: TellFailure
}

/** Opens a subgraph; it need not be there. */
export function openSubgraph({ name, addresses, transport, callDeadlineMs, log }: SubgraphOptions): Subgraph {
  const endpoints = addresses.map((address) => transport.endpointOf(address))
  let turn = 0
  function nextEndpoint(): Endpoint {
    const endpoint = endpoints[turn++ % endpoints.length]
    if (!endpoint) throw new Error(`the subgraph ${name} has no address`)
    return endpoint
  }

  return {
    call: ({ body, isMutation }, { subgraphHeaders, deadlineAt, departure }) =>
      transport.call({
        endpoint: nextEndpoint(),
        headers: subgraphHeaders,
        body,
        isMutation,
        deadlineMs: Math.min(callDeadlineMs, deadlineAt - performance.now()),
        departure,
      }),
    tellFailure: createFailureLog({ subgraph: name, log }),
  }
}

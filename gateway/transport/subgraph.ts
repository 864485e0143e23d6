import type { Logger } from '../../service/log.ts'
import { createFailureLog, type TellFailure } from '../observe/failure-log.ts'
import type { SubgraphAnswer, Transport } from './call-subgraph.ts'
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
  let turn = 0
  function nextAddress(): URL {
    const address = addresses[turn++ % addresses.length]
    if (!address) throw new Error(`the subgraph ${name} has no address`)
    return address
  }

  return {
    call: ({ body, isMutation }, { subgraphHeaders, deadlineAt, signal }) =>
      transport.call({
        url: nextAddress(),
        headers: subgraphHeaders,
        body,
        isMutation,
        deadlineMs: Math.min(callDeadlineMs, deadlineAt - performance.now()),
        signal,
      }),
    tellFailure: createFailureLog({ subgraph: name, log }),
  }
}

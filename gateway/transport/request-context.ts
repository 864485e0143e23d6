import type { Departure } from '../../service/departure.ts'
import type { Client } from '../observe/usage.ts'

/** What the subgraphs' part of a request needs to know of it. */
export interface RequestContext {
  /** Sent with every call to a subgraph: the signed context, and what `FORWARD_HEADERS` lets through. */
  subgraphHeaders: Readonly<Record<string, string>>
  /** When the operation's time is over, on the clock of `performance.now()`. */
  deadlineAt: number
  departure: Departure
  /** Who it says that it is, where that is counted. */
  client: Client | null
  /** What data that is for everybody may depend on: the site, and what is forwarded but for credentials. */
  audience: () => string
  /** How old what was served of a subgraph is, in milliseconds, where an answer of before stood in for one that failed. */
  staleAges: Map<string, number>
}

/** Apollo Server hands contexts on without their type. */
export const isRequestContext = (context: object): context is RequestContext =>
  'subgraphHeaders' in context && 'deadlineAt' in context && 'departure' in context

import { ExponentialBackoff } from 'cockatiel'
import type { Departure } from '../../service/departure.ts'
import type { Logger } from '../../service/log.ts'
import { createFailureLog, type TellFailure } from '../observe/failure-log.ts'
import { type BulkheadSettings, createBulkhead } from './bulkhead.ts'
import type { AnswerRoom, SubgraphAnswer, Transport } from './call-subgraph.ts'
import {
  type BreakerSettings,
  type CallOutcome,
  type CircuitState,
  createCircuitBreaker,
} from './circuit-breaker.ts'
import { createHedgeDelay, type HedgeAfter, hedge } from './hedge.ts'
import { createReplicas, type Replica, type ResolveHost } from './replicas.ts'
import type { RequestContext } from './request-context.ts'
import { createRetryBudget, type RetrySettings } from './retry-budget.ts'
import { createSharing } from './share-in-flight.ts'
import { createStaleAnswers, type StaleIfErrorSettings } from './stale-answers.ts'
import { clientLeft, type FailureCode, ofMutation, SubgraphFailure } from './subgraph-failure.ts'

/** What is sent to a subgraph, and how it is contained. */
export interface TrafficSettings {
  /** For one call, all of it: its turn, connecting, the answer, retries. */
  callDeadlineMs: number
  breaker: BreakerSettings
  retries: RetrySettings
  bulkhead: BulkheadSettings
  /** Null where no query is sent twice just because it is slow. */
  hedgeAfter: HedgeAfter | null
  /** Of all its answers that are coming in at one moment. */
  maxHeldBytes: number
  /** How long the addresses of its host are believed. */
  dnsTtlMs: number
  /** Null where no answer of before is served in place of one that failed. */
  staleIfError: StaleIfErrorSettings | null
}

interface SubgraphOptions {
  name: string
  /** One for each replica, or a host that has several addresses. */
  addresses: readonly URL[]
  transport: Transport
  traffic: TrafficSettings
  /** Whether equal queries of one identity that are under way are sent once. */
  deduplicate: boolean
  log: Logger
  resolve?: ResolveHost
  now?: () => number
}

export interface SubgraphRequest {
  /** A GraphQL request as JSON. */
  body: string
  isMutation: boolean
}

/** How a subgraph fares, for those who run the gateway. */
export interface SubgraphHealth {
  circuit: CircuitState
  replicas: readonly CircuitState[]
  inFlight: number
  queued: number
}

/** A subgraph as the gateway sees it. */
export interface Subgraph {
  /** @throws {SubgraphFailure} whatever goes wrong. */
  call(request: SubgraphRequest, context: RequestContext): Promise<SubgraphAnswer>
  /** With which code a call would fail at once, as the subgraph is known to be down; null when one may be made. */
  outage(): FailureCode | null
  /** Whether several queries of one client may go as one: which ones do is a matter of moments. */
  mayMerge: boolean
  health(): SubgraphHealth
  /** Tells the log that it failed. */
  tellFailure: TellFailure
}

/** One call as it is under way. */
interface Call extends SubgraphRequest {
  headers: RequestContext['subgraphHeaders']
  departure: Departure
  deadlineAt: number
  /** The subgraph's ticket of its breaker. */
  ticket: number
}

const retryBackoff = new ExponentialBackoff({ initialDelay: 25, maxDelay: 1000 })

/** Waits. @throws {SubgraphFailure} when the client goes away. */
function pause(ms: number, departure: Departure | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer)
      reject(clientLeft())
    }
    const timer = setTimeout(() => {
      departure?.unlisten(leave)
      resolve()
    }, ms)
    departure?.listen(leave)
  })
}

/** Opens a subgraph; it need not be there. */
export function openSubgraph({
  name,
  addresses,
  transport,
  traffic,
  deduplicate,
  log,
  resolve,
  now = performance.now.bind(performance),
}: SubgraphOptions): Subgraph {
  const { callDeadlineMs, retries, dnsTtlMs } = traffic
  const replicas = createReplicas({
    ...{ subgraph: name, addresses, transport, breaker: traffic.breaker, dnsTtlMs, log, now },
    ...(resolve && { resolve }),
  })
  const bulkhead = createBulkhead(traffic.bulkhead)
  const retryBudget = createRetryBudget({ ...retries, now })
  const hedgeDelay = traffic.hedgeAfter && createHedgeDelay(traffic.hedgeAfter)
  const room: AnswerRoom = { bytesLeft: traffic.maxHeldBytes }
  const share = deduplicate ? createSharing<SubgraphAnswer>() : null
  const tellFailure = createFailureLog({ subgraph: name, log })
  const stale =
    traffic.staleIfError &&
    createStaleAnswers({ subgraph: name, settings: traffic.staleIfError, now, tell: tellFailure })

  // Made once: what is refused because of an outage should cost nothing.
  const circuitOpen = new SubgraphFailure(
    'SUBGRAPH_CIRCUIT_OPEN',
    'most of its calls failed or were slow, and it is given time',
    { kind: 'untold' },
  )
  const circuitOpenForMutation = ofMutation(circuitOpen, false)

  const breaker = createCircuitBreaker({
    settings: traffic.breaker,
    // After a good while it would take a long one until half of the calls in the window have hung.
    maxFailuresInARow: traffic.breaker.minCalls,
    now,
    onChange({ state, from, ...change }) {
      // Each probe that fails opens it again: an outage is told when it begins, and when it is over.
      if (from === 'closed') log.warn({ subgraph: name, ...change }, 'a circuit has opened')
      else if (state === 'closed') log.info({ subgraph: name }, 'a circuit has closed')
    },
  })

  /** What a failure shows of whom was called; nothing, where it was given too little time by what came before. */
  function outcomeOf(failure: unknown, givenMs: number): CallOutcome {
    if (!(failure instanceof SubgraphFailure) || failure.kind === 'untold') return 'unknown'
    return failure.kind === 'late' && givenMs < callDeadlineMs / 2 ? 'unknown' : 'failed'
  }

  /** Sends a call to one replica, once, for as long as somebody waits for it. */
  async function attempt(
    replica: Replica,
    call: Call,
    { departure, isFirst }: { departure: Departure; isFirst: boolean },
  ): Promise<SubgraphAnswer> {
    const { headers, body, isMutation, deadlineAt } = call
    const begunAt = now()
    const givenMs = deadlineAt - begunAt
    const ticket = replica.breaker.begin()
    replica.inFlight += 1
    let outcome: CallOutcome = 'answered'
    try {
      // One by one: to spread them costs as much as all the rest of this.
      return await transport.call({
        endpoint: replica.endpoint,
        headers,
        body,
        isMutation,
        deadlineMs: givenMs,
        departure,
        room,
        onUnreadable() {
          replica.breaker.retract(ticket)
          breaker.retract(call.ticket)
        },
      })
    } catch (failure) {
      // It was ended because another has answered in its place, which would hide one that hangs.
      const isBeaten = isFirst && departure.isGone && !call.departure.isGone
      outcome = isBeaten ? 'failed' : outcomeOf(failure, givenMs)
      throw failure
    } finally {
      replica.inFlight -= 1
      replica.breaker.end(ticket, outcome, begunAt)
    }
  }

  function attemptSomewhere(call: Call, tried: Replica[]): Promise<SubgraphAnswer> {
    const { isMutation, departure } = call
    const begin = (whose: Departure, isFirst: boolean) => {
      const replica = replicas.pick({ tried, isMutation })
      tried.push(replica)
      return attempt(replica, call, { departure: whose, isFirst })
    }
    const delayMs = isMutation ? null : (hedgeDelay?.ms() ?? null)
    if (delayMs === null) return begin(departure, true)
    return hedge({ delayMs, begin, mayHedge: retryBudget.take, departure })
  }

  /** For how long to wait before the call is made again; null when it is not to be. */
  function retryDelayOf(failure: unknown, call: Call, tried: readonly Replica[]): number | null {
    if (!(failure instanceof SubgraphFailure)) return null
    const { kind, code, retryAfterMs } = failure
    // What was not sent can't be sent twice.
    if (call.isMutation && code !== 'MUTATION_NOT_SENT') return null
    const hasOther = replicas.all().some((replica) => !tried.includes(replica))
    if (kind === 'unreachable' || call.isMutation) return kind !== 'untold' && hasOther ? 0 : null
    if (kind !== 'passing') return null
    if (hasOther) return 0
    // Whoever only tries whether it is well again has seen that it is not.
    return breaker.state() === 'closed' ? retryAfterMs : null
  }

  /** Sends a call again that has failed, for as long as that may help. */
  async function retry(call: Call, tried: Replica[], firstFailure: unknown): Promise<SubgraphAnswer> {
    let failure = firstFailure
    let backoff = retryBackoff.next()
    for (let retriesLeft = retries.maxRetries; retriesLeft > 0; retriesLeft--) {
      const wantedMs = retryDelayOf(failure, call, tried)
      if (wantedMs === null) throw failure
      const delayMs = Math.max(wantedMs, backoff.duration)
      backoff = backoff.next(undefined)
      if (now() + delayMs >= call.deadlineAt || !retryBudget.take()) throw failure
      await pause(delayMs, call.isMutation ? null : call.departure)
      try {
        return await attemptSomewhere(call, tried)
      } catch (again) {
        failure = again
      }
    }
    throw failure
  }

  async function takeTurn(isMutation: boolean, departure: Departure, deadlineAt: number): Promise<void> {
    try {
      await bulkhead.wait({ timeoutMs: deadlineAt - now(), departure: isMutation ? null : departure })
    } catch (failure) {
      throw isMutation && failure instanceof SubgraphFailure ? ofMutation(failure, false) : failure
    }
  }

  async function send(
    { body, isMutation }: SubgraphRequest,
    { subgraphHeaders: headers, deadlineAt: operationDeadlineAt }: RequestContext,
    departure: Departure,
  ): Promise<SubgraphAnswer> {
    let begunAt = now()
    const deadlineAt = Math.min(begunAt + callDeadlineMs, operationDeadlineAt)
    const refusal = isMutation ? circuitOpenForMutation : circuitOpen
    if (!breaker.mayCall()) throw refusal
    if (!bulkhead.tryEnter()) {
      await takeTurn(isMutation, departure, deadlineAt)
      // Whose turn comes when the circuit has opened gives it on at once: the whole queue is told in one moment.
      if (!breaker.mayCall()) {
        bulkhead.leave()
        throw refusal
      }
      begunAt = now()
    }
    const ticket = breaker.begin()
    retryBudget.countCall(begunAt)
    const call: Call = { body, isMutation, headers, departure, deadlineAt, ticket }
    const tried: Replica[] = []
    let outcome: CallOutcome = 'answered'
    try {
      return await attemptSomewhere(call, tried).catch((failure) => retry(call, tried, failure))
    } catch (failure) {
      outcome = outcomeOf(failure, deadlineAt - begunAt)
      throw failure
    } finally {
      breaker.end(ticket, outcome, begunAt)
      bulkhead.leave()
      if (outcome === 'answered') hedgeDelay?.learn(now() - begunAt)
    }
  }

  function call(request: SubgraphRequest, context: RequestContext): Promise<SubgraphAnswer> {
    const { departure, subgraphHeaders } = context
    if (!share || request.isMutation) return send(request, context, departure)
    const key = `${JSON.stringify(subgraphHeaders)} ${request.body}`
    return share({ key, departure, begin: (common) => send(request, context, common) })
  }

  return {
    call: (request, context) =>
      stale === null || request.isMutation
        ? call(request, context)
        : stale.inPlaceOfNone(request.body, context, () => call(request, context)),
    // An answer is kept for its query, which has to be the same the next time.
    mayMerge: stale === null,
    // Where an answer of before may stand in, nothing is planned around before it is known whether there is one.
    outage: () => (stale !== null || breaker.mayCall() ? null : circuitOpen.code),
    health() {
      const circuit = breaker.state()
      const all = replicas.all()
      // A single replica is asked as long as the subgraph is.
      const states = all.length === 1 ? [circuit] : all.map((replica) => replica.breaker.state())
      return { circuit, replicas: states, ...bulkhead.load() }
    },
    tellFailure,
  }
}

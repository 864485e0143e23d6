/** How a call to a subgraph can fail, as clients are told: codes of the error catalogue. */
export type FailureCode =
  | 'SUBGRAPH_UNAVAILABLE'
  | 'SUBGRAPH_TIMEOUT'
  | 'SUBGRAPH_BAD_RESPONSE'
  | 'SUBGRAPH_CIRCUIT_OPEN'
  | 'SUBGRAPH_OVERLOADED'
  | 'MUTATION_NOT_SENT'
  | 'MUTATION_OUTCOME_UNKNOWN'

/**
 * What a failure tells of the subgraph:
 * - `passing`: it failed in a way that may be over at once, so that the same call may be answered
 * - `unreachable`: so did one of its replicas, which took all its time for it
 * - `failed`: it failed, and would again
 * - `late`: the call's time was over
 * - `untold`: nothing, as the client went away or the call was never made
 */
export type FailureKind = 'passing' | 'unreachable' | 'failed' | 'late' | 'untold'

interface FailureOptions extends ErrorOptions {
  kind?: FailureKind
  /** For so long the subgraph does not want to be asked again. */
  retryAfterMs?: number
}

/** The one way in which a call to a subgraph fails. Its message is for the log: it may name hosts and ports. */
export class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure'
  readonly code: FailureCode
  readonly kind: FailureKind
  readonly retryAfterMs: number

  constructor(
    code: FailureCode,
    message: string,
    { kind = 'failed', retryAfterMs = 0, ...options }: FailureOptions = {},
  ) {
    super(message, options)
    this.code = code
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}

/** Says in its code whether a mutation that failed may have taken effect. */
export function ofMutation(failure: SubgraphFailure, sent: boolean): SubgraphFailure {
  const { message, kind, retryAfterMs } = failure
  const code = sent ? 'MUTATION_OUTCOME_UNKNOWN' : 'MUTATION_NOT_SENT'
  return new SubgraphFailure(code, message, { kind, retryAfterMs, cause: failure })
}

/** There is nobody any more to be answered. */
export const clientLeft = () =>
  new SubgraphFailure('SUBGRAPH_UNAVAILABLE', 'the client went away', { kind: 'untold' })

export const noTimeLeft = () =>
  new SubgraphFailure('SUBGRAPH_TIMEOUT', "the operation's time was over before the call", { kind: 'untold' })

/** How a call to a subgraph can fail, as clients are told: codes of the error catalogue. */
export type FailureCode =
  | 'SUBGRAPH_UNAVAILABLE'
  | 'SUBGRAPH_TIMEOUT'
  | 'SUBGRAPH_BAD_RESPONSE'
  | 'MUTATION_NOT_SENT'
  | 'MUTATION_OUTCOME_UNKNOWN'

/** The one way in which a call to a subgraph fails. Its message is for the log: it may name hosts and ports. */
export class SubgraphFailure extends Error {
  override readonly name = 'SubgraphFailure'
  readonly code: FailureCode

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What gateways asked of the subgraphs. */
export interface UpstreamCounts {
  requests: number
  /** Of the requests' bodies, which are ASCII. */
  bodyBytes: number
}

/** One request that a gateway made for one of a client. */
export interface RecordedRequest {
  path: string
  body: string
  /** How many answers, one after the other, it had to wait for. */
  wave: number
}

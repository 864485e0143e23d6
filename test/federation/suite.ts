import type { ReceivedRequest, Resolvers } from '../../gateway/test-graph/test-subgraph.ts'

export interface Case {
  /** The test's name: what is promised, as a sentence. */
  promise: string
  query: string
  variables?: Record<string, unknown>
  /** The whole of it, in the order in which the fields have to stand. Left out where a request is refused. */
  data?: unknown
  /** All of them, each as its path and its code: `products.0.title SUBGRAPH_UNAVAILABLE`. None when left out. */
  errors?: readonly string[]
  /** Subgraphs that nobody is to reach. */
  down?: readonly string[]
  /** What subgraphs say in place of what their resolvers would have said; those that are not named say that. */
  says?: Readonly<Record<string, (data: Record<string, unknown>) => unknown>>
  /** How many requests subgraphs get; those that are not named may get any number. */
  asks?: Readonly<Record<string, number>>
  /** What subgraphs are asked about, over all of their requests; those that are not named, about anything. */
  representations?: Readonly<Record<string, readonly unknown[]>>
  /** What else is promised of the requests that subgraphs get. */
  requests?: (received: (subgraph: string) => readonly ReceivedRequest[]) => void
}

export interface Suite {
  /** What it is about, in some words. */
  about: string
  /** By the subgraph's name; a subgraph is a `.graphql` file beside the suite. */
  resolvers: Readonly<Record<string, Resolvers>>
  cases: readonly Case[]
  /** What the reason says where the gateway does not start with such a supergraph. */
  refused?: RegExp
}

import type { ErrorCode } from '../../service/errors.ts'

/**
 * What an outage costs:
 * - `all`: all that is asked of the subgraph.
 * - `entities`: all that is asked of it about entities; its root fields are answered truthfully.
 * - `lies`: what it lied about, and nothing else.
 * - `luck`: all that is asked of it, or nothing, as the moment and the retries have it.
 */
type Cost = 'all' | 'entities' | 'lies' | 'luck'

interface OutageKind {
  /** What the subgraph does, to whom it is to be told. */
  what: string
  costs: Cost
  /** Whether a call lasts until its deadline. */
  isSlow: boolean
  /** The codes that a lost field may have. */
  codes: readonly ErrorCode[]
  /** The codes that a mutation's own field may have. */
  mutationCodes: readonly ErrorCode[]
}

const unavailable = {
  codes: ['SUBGRAPH_UNAVAILABLE'],
  mutationCodes: ['MUTATION_OUTCOME_UNKNOWN', 'MUTATION_NOT_SENT'],
} as const
const late = {
  codes: ['SUBGRAPH_TIMEOUT'],
  mutationCodes: ['MUTATION_OUTCOME_UNKNOWN', 'MUTATION_NOT_SENT'],
} as const
const unusable = {
  codes: ['SUBGRAPH_BAD_RESPONSE'],
  mutationCodes: ['MUTATION_OUTCOME_UNKNOWN', 'MUTATION_NOT_SENT', 'SUBGRAPH_BAD_RESPONSE'],
} as const

/** What can go wrong between the gateway and a subgraph: the failure contract's list, one by one. */
export const outages = {
  refused: {
    what: 'nobody listens',
    costs: 'all',
    isSlow: false,
    codes: ['SUBGRAPH_UNAVAILABLE'],
    mutationCodes: ['MUTATION_NOT_SENT'],
  },
  reset: { what: 'the connection is cut when a request comes', costs: 'all', isSlow: false, ...unavailable },
  hung: { what: 'a request is taken and never answered', costs: 'all', isSlow: true, ...late },
  'hung after headers': { what: 'headers come, and no body', costs: 'all', isSlow: true, ...late },
  trickle: {
    what: 'the true answer comes, a byte now and then, until the deadline has passed',
    costs: 'all',
    isSlow: true,
    ...late,
  },
  unavailable: {
    what: '503, with a page that names what nobody outside should read',
    costs: 'all',
    isSlow: false,
    ...unavailable,
  },
  html: { what: '200, with a page in place of an answer', costs: 'all', isSlow: false, ...unusable },
  truncated: { what: 'the connection is cut within the body', costs: 'all', isSlow: false, ...unavailable },
  'half of the JSON': { what: 'the body ends within the JSON', costs: 'all', isSlow: false, ...unusable },
  'wrong shape': { what: 'JSON that is no answer of GraphQL', costs: 'all', isSlow: false, ...unusable },
  'endless body': {
    what: 'a body without an end',
    costs: 'all',
    isSlow: false,
    codes: ['SUBGRAPH_BAD_RESPONSE', 'SUBGRAPH_TIMEOUT'],
    mutationCodes: unusable.mutationCodes,
  },
  'fewer entities': {
    what: 'one entity less than was asked for',
    costs: 'entities',
    isSlow: false,
    ...unusable,
  },
  'more entities': {
    what: 'one entity more than was asked for',
    costs: 'entities',
    isSlow: false,
    ...unusable,
  },
  'wrong types': {
    what: 'objects, lists and numbers are of another type than the schema has',
    costs: 'lies',
    isSlow: false,
    ...unusable,
  },
  'failed entities': {
    what: 'half of the entities are null, each with an error',
    costs: 'lies',
    isSlow: false,
    codes: ['INTERNAL_SERVER_ERROR'],
    mutationCodes: [],
  },
  'lost entities': {
    what: 'half of the entities are null as if there were no such',
    costs: 'lies',
    isSlow: false,
    codes: ['SUBGRAPH_BAD_RESPONSE'],
    mutationCodes: [],
  },
  restart: {
    what: 'at the first request all connections are cut, nobody listens for a moment, and all is well again',
    costs: 'luck',
    isSlow: false,
    ...unavailable,
  },
} as const satisfies Record<string, OutageKind>

export type Outage = keyof typeof outages

export const isOutage = (name: string): name is Outage => Object.hasOwn(outages, name)

export const outageNames = Object.keys(outages).filter(isOutage)

export const kindOf = (outage: Outage): OutageKind => outages[outage]

import type { GraphQLDataSource } from '@apollo/gateway'
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql'
import type { Logger } from '../../service/log.ts'
import { createFailureLog } from '../observe/failure-log.ts'
import type { GraphqlAnswer, Transport } from '../transport/call-subgraph.ts'
import { SubgraphFailure } from '../transport/subgraph-failure.ts'
import { errorsOfAnswer } from './answer-errors.ts'
import { checkAnswer } from './check-answer.ts'
import { createFetchReader, type FetchReader } from './fetch-document.ts'
import { type Fetch, lostFields } from './lost-fields.ts'
import type { RequestContext } from './request-context.ts'

interface SubgraphOptions {
  name: string
  /** What its answers have to fit. */
  schema: GraphQLSchema
  /** One for each replica; they take turns. */
  addresses: readonly URL[]
  transport: Transport
  callDeadlineMs: number
  log: Logger
}

type Process = GraphQLDataSource<RequestContext>['process']
type ProcessOptions = Parameters<Process>[0]

const isMutation = (operation: string) => operation.startsWith('mutation')

function fetchOf(name: string, readFetch: FetchReader, options: ProcessOptions): Fetch {
  const { query = '', variables = {} } = options.request
  const representations: unknown = variables.representations
  const { fields, isEntityFetch } = readFetch(query)
  return {
    serviceName: name,
    fields,
    variables,
    representations: isEntityFetch && Array.isArray(representations) ? representations : null,
    path: 'pathInIncomingRequest' in options ? (options.pathInIncomingRequest ?? []) : [],
  }
}

const lieOf = ({ path = [] }: GraphQLFormattedError, count: number) =>
  `its answer does not fit its schema in ${count} places, the first at ${path.join('.')}`

/** Without one entity for each representation nobody can tell which is whose. */
function checkEntities({ data }: GraphqlAnswer, representations: readonly unknown[] | null): void {
  if (!data || representations === null) return
  const { _entities: entities } = data
  if (Array.isArray(entities) && entities.length === representations.length) return
  const got = Array.isArray(entities) ? `${entities.length} entities` : 'no list of entities'
  throw new SubgraphFailure(
    'SUBGRAPH_BAD_RESPONSE',
    `it answered with ${got} for ${representations.length} representations`,
  )
}

/**
 * What the plan's executor asks for a subgraph's part. It never throws: whatever goes wrong becomes an answer
 * whose errors say which fields are lost, so that the executor can tell their paths in the response.
 */
export function createSubgraphDataSource({
  name,
  schema,
  addresses,
  transport,
  callDeadlineMs,
  log,
}: SubgraphOptions): GraphQLDataSource<RequestContext> {
  const readFetch = createFetchReader(schema)
  const tellFailure = createFailureLog({ subgraph: name, log })
  let turn = 0
  function nextAddress(): URL {
    const address = addresses[turn++ % addresses.length]
    if (!address) throw new Error(`the subgraph ${name} has no address`)
    return address
  }

  async function call({ request, context }: ProcessOptions): Promise<GraphqlAnswer> {
    const { query = '', variables, operationName } = request
    return transport.call({
      url: nextAddress(),
      headers: context.subgraphHeaders,
      body: JSON.stringify({ query, variables, operationName }),
      isMutation: isMutation(query),
      deadlineMs: Math.min(callDeadlineMs, context.deadlineAt - performance.now()),
      signal: context.signal,
    })
  }

  return {
    async process(options: ProcessOptions) {
      const fetch = fetchOf(name, readFetch, options)
      try {
        const answer = await call(options)
        checkEntities(answer, fetch.representations)
        const told = answer.errors ? errorsOfAnswer(answer, fetch, tellFailure) : []
        const lies = answer.data ? checkAnswer(answer.data, fetch, schema) : []
        const [lie] = lies
        if (lie) tellFailure({ code: 'SUBGRAPH_BAD_RESPONSE', message: lieOf(lie, lies.length) })
        const errors = [...told, ...lies]
        return { data: answer.data, ...(errors.length > 0 && { errors }) }
      } catch (error) {
        if (!(error instanceof SubgraphFailure)) throw error
        // Of a client that went away the subgraph knows nothing.
        if (!options.context.signal.aborted) tellFailure(error)
        return { data: null, errors: lostFields(fetch, { code: error.code }) }
      }
    },
  }
}

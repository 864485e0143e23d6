import { newToken } from './callers.ts'
import { faultOf } from './check-answers.ts'
import { LoadConnection } from './load-connection.ts'

const comparedEvery = 100

export interface Asking {
  /** The operation's text of the n-th request. */
  queryOf: (count: number) => string
  /** Whether each request has an Authorization header of its own, so that nothing can be shared. */
  hasUniqueCallers: boolean
}

interface LoadOptions {
  url: string
  workload: Asking
  connections: number
  seconds: number
  /** Of every right answer. */
  answerBytes: number
  /** What the answer has to be; null for what is no gateway. */
  expectedAnswer: ((query: string, token: string) => string) | null
}

export interface LoadResult {
  /** Of all requests, in no order. */
  latenciesMs: number[]
  failures: number
  /** Of the first that failed. */
  firstFault: string | null
}

let queriesMade = 1000
const oneCaller = newToken()

/**
 * Keeps every connection busy with one request after another, for so long. What is under way at the end is waited
 * for, so that all that was begun is counted.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { url, workload, connections, seconds, answerBytes, expectedAnswer } = options
  const result: LoadResult = { latenciesMs: [], failures: 0, firstFault: null }
  const endAt = performance.now() + seconds * 1000
  const constantBody = JSON.stringify({ query: workload.queryOf(0) })
  const isConstant = workload.queryOf(0) === workload.queryOf(1)

  function fail(fault: string) {
    result.failures++
    result.firstFault ??= fault
  }

  async function request(connection: LoadConnection) {
    const token = workload.hasUniqueCallers ? newToken() : oneCaller
    const query = workload.queryOf(queriesMade++)
    const startedAt = performance.now()
    const answer = await connection.ask({
      path: '/graphql',
      body: isConstant ? constantBody : JSON.stringify({ query }),
      authorization: `Bearer ${token}`,
    })
    result.latenciesMs.push(performance.now() - startedAt)
    if (answer.status !== 200) return fail(`status ${answer.status}`)
    // Comparing every answer as a whole would take the core that the subgraphs need: this costs next to nothing.
    const looksRight = answer.body.length === answerBytes && answer.body.includes(token)
    if (looksRight && result.latenciesMs.length % comparedEvery !== 0) return
    if (expectedAnswer === null) return looksRight ? undefined : fail('an answer of another length')
    const fault = faultOf(answer, expectedAnswer(query, token))
    if (fault !== null) fail(fault)
  }

  async function keepBusy() {
    let connection = new LoadConnection(url)
    while (performance.now() < endAt) {
      if (!connection.isOpen) connection = new LoadConnection(url)
      await request(connection).catch((error) => fail(String(error)))
    }
    connection.close()
  }

  await Promise.all(Array.from({ length: connections }, keepBusy))
  return result
}

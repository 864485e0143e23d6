import { setTimeout } from 'node:timers/promises'
import {
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  print,
} from 'graphql'
import { request } from 'undici'
import { kindOf, type Outage } from '../set-up/outages.ts'
import { operationHeader, type StandIn } from '../set-up/stand-in.ts'
import { type Answer, brokenPromises, type Prediction, type Trial } from './broken-promises.ts'
import { typedTwin } from './typed-twin.ts'

/** An operation that is asked on good days and on bad ones. */
export interface ProvedOperation {
  name: string
  query: string
  document: DocumentNode
  operationName?: string
  variables: Record<string, unknown>
  headers?: Record<string, string>
}

/** What an operation has when nobody has failed. */
export interface GoodDay {
  answer: Answer
  /** The same data, in which objects that may be of several types tell theirs. */
  typed: unknown
}

/** A running supergraph, with a stand-in before each of its subgraphs. */
export interface ProvingGround {
  name: string
  schema: GraphQLSchema
  supergraphSdl: string
  standIns: ReadonlyMap<string, StandIn>
  /** Where the gateway listens, without a path. */
  url: string
  /** How long an operation may take. */
  deadlineMs: number
  /** What it costs when subgraphs fail. */
  predict(operation: ProvedOperation, goodDay: GoodDay, failed: ReadonlySet<string>): Prediction
  stop(): Promise<void>
}

/**
 * The gateway's settings in all proofs: deadlines short enough for thousands of hung calls, and long enough for a
 * healthy subgraph on a busy machine. An operation has time for three calls that hang, one after the other.
 */
export const proofSettings = {
  CALL_DEADLINE_MS: '1500',
  OPERATION_DEADLINE_MS: '6000',
  MAX_ANSWER_BYTES: '1000000',
  FORWARD_HEADERS: operationHeader,
  // Breakers open within one outage, and are closed again before the next.
  BREAKER_WINDOW_MS: '1000',
  BREAKER_MIN_CALLS: '5',
  BREAKER_SLOW_PERCENT: '100',
  BREAKER_OPEN_MS: '200',
  BREAKER_MAX_OPEN_MS: '400',
  BREAKER_PROBES: '1',
}

let count = 0

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isError = (value: unknown): value is GraphQLFormattedError =>
  isObject(value) && typeof value.message === 'string'

/** Asks, and tells under which name the stand-ins know it. */
async function askAs(
  { url }: ProvingGround,
  { query, operationName, variables, headers = {} }: ProvedOperation,
): Promise<{ answer: Answer; id: string }> {
  const id = `${++count}`
  const began = performance.now()
  const { statusCode, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [operationHeader]: id, ...headers },
    body: JSON.stringify({ query, operationName, variables }),
  })
  const text = await body.text()
  const elapsedMs = performance.now() - began
  const read: unknown = JSON.parse(text)
  const { data = null, errors = [] } = isObject(read) ? read : {}
  return {
    id,
    answer: {
      status: statusCode,
      text,
      data,
      errors: Array.isArray(errors) ? errors.filter(isError) : [],
      elapsedMs,
    },
  }
}

async function askOnce(ground: ProvingGround, operation: ProvedOperation): Promise<Answer> {
  const { answer, id } = await askAs(ground, operation)
  for (const standIn of ground.standIns.values()) standIn.takeJournal(id)
  return answer
}

/** What a subgraph's fault looks like to clients while it comes back. */
const isOfOutage = ({ extensions }: GraphQLFormattedError) =>
  /^(SUBGRAPH|MUTATION)_/.test(String(extensions?.code))

/** The answer that no subgraph's failure has to do with, once all of them have come back. */
async function askWhenWell(
  ground: ProvingGround,
  operation: ProvedOperation,
  { patienceMs = 15_000 } = {},
): Promise<Answer> {
  const until = performance.now() + patienceMs
  for (;;) {
    const answer = await askOnce(ground, operation)
    if (!answer.errors.some(isOfOutage) || performance.now() > until) return answer
    await setTimeout(50)
  }
}

/** Null where a good day has nothing that could be compared: the operation itself is not answered well. */
export async function spendGoodDay(
  ground: ProvingGround,
  operation: ProvedOperation,
): Promise<GoodDay | null> {
  const query = typedTwin(ground.schema, operation.document)
  if (query === null) return null
  const answer = await askWhenWell(ground, operation)
  if (answer.status !== 200 || answer.data === null || answer.errors.length > 0) return null
  if (query === print(operation.document)) return { answer, typed: answer.data }
  const { data: typed, errors } = await askWhenWell(ground, { ...operation, query })
  return errors.length > 0 ? null : { answer, typed }
}

export interface Mismatch {
  ground: string
  outage: Outage
  failed: readonly string[]
  operation: ProvedOperation
  /** Which time it was asked in the same outage. */
  pass: number
  found: readonly string[]
  good: Answer
  bad: Answer
}

export interface TriedOutage {
  /** Operations that were asked and judged, each time counted. */
  asked: number
  /** Those of them that lost something. */
  lost: number
  /** Those of them that were told of a subgraph which is known to be down. */
  spared: number
  /** Those that were asked again, since the machine stood still for longer than a healthy call may take. */
  stalled: number
  mismatches: Mismatch[]
}

interface OutageOptions {
  ground: ProvingGround
  outage: Outage
  failed: readonly string[]
  operations: readonly { operation: ProvedOperation; goodDay: GoodDay }[]
  /** How often all of them are asked while it lasts. The later times find breakers open, where there are any. */
  passes?: number
}

function standInsOf({ standIns }: ProvingGround, names: readonly string[]): StandIn[] {
  return names.map((name) => {
    const standIn = standIns.get(name)
    if (!standIn)
      throw new Error(`there is no subgraph ${name}: there are ${[...standIns.keys()].join(', ')}`)
    return standIn
  })
}

/** What a healthy subgraph looks like when the machine stands still for longer than a call may take. */
const stallCodes = [
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_CIRCUIT_OPEN',
  'MUTATION_OUTCOME_UNKNOWN',
  'MUTATION_NOT_SENT',
]
/** A fault of the gateway's is there each time. */
const maxStalls = 5
/** Longer than a breaker is open. */
const stallMs = 1000
/** The gateway does not wait longer for a plan around an outage: the next request finds it. */
const replanWaitMs = 1000

/**
 * Whether the machine is at fault, and not the gateway: somebody was late who has nothing to do with the outage, or
 * there was no time to plan around it.
 */
function isStalled(
  { errors, elapsedMs }: Answer,
  { outage, failed }: Pick<Trial, 'outage' | 'failed'>,
): boolean {
  const { isSlow } = kindOf(outage)
  const isLate = errors.some(({ extensions: { code, serviceName } = {} }) =>
    failed.has(String(serviceName))
      ? code === 'SUBGRAPH_TIMEOUT' && !isSlow
      : stallCodes.includes(String(code)),
  )
  return isLate || elapsedMs > replanWaitMs
}

/** Makes an outage, asks all of some operations at once and again, and tells in what a promise was broken. */
export async function tryOutage({
  ground,
  outage,
  failed,
  operations,
  passes = 2,
}: OutageOptions): Promise<TriedOutage> {
  const down = standInsOf(ground, failed)
  const failedSet = new Set(failed)
  const secrets = [...ground.standIns.values()].map(({ url }) => new URL(url).host)
  const tried: TriedOutage = { asked: 0, lost: 0, spared: 0, stalled: 0, mismatches: [] }

  async function tryOperation({ operation, goodDay }: (typeof operations)[number], pass: number) {
    const { answer: good } = goodDay
    async function judge(): Promise<{ bad: Answer; found: string[] }> {
      const { answer: bad, id } = await askAs(ground, operation)
      const heard = [...ground.standIns].flatMap(([name, standIn]) =>
        standIn.takeJournal(id).map((entry) => ({ ...entry, name })),
      )
      const journal = heard.filter(({ name }) => failedSet.has(name))
      const writes = heard.filter(({ query }) => query.startsWith('mutation')).map(({ body }) => body)
      const prediction = ground.predict(operation, goodDay, failedSet)
      const trial = { outage, failed: failedSet, isMutation, good, bad, prediction, journal, writes, secrets }
      return { bad, found: brokenPromises({ ...trial, deadlineMs: ground.deadlineMs }) }
    }
    const isMutation = getOperationAST(operation.document, operation.operationName)?.operation === 'mutation'
    let { bad, found } = await judge()
    for (let time = 1; time <= maxStalls && found.length > 0; time++) {
      if (!isStalled(bad, { outage, failed: failedSet })) break
      tried.stalled += 1
      await setTimeout(stallMs)
      ;({ bad, found } = await judge())
    }
    tried.asked += 1
    if (bad.errors.length > 0) tried.lost += 1
    if (bad.errors.some(({ extensions }) => extensions?.code === 'SUBGRAPH_CIRCUIT_OPEN')) tried.spared += 1
    if (found.length > 0)
      tried.mismatches.push({ ground: ground.name, outage, failed, operation, pass, found, good, bad })
    return { operation, good, blamed: bad.errors.map(({ extensions }) => extensions?.serviceName), pass }
  }

  await Promise.all(down.map((standIn) => standIn.fail(outage)))
  const results: Awaited<ReturnType<typeof tryOperation>>[] = []
  try {
    for (let pass = 1; pass <= passes; pass++) {
      results.push(...(await Promise.all(operations.map((one) => tryOperation(one, pass)))))
    }
  } finally {
    await Promise.all(down.map((standIn) => standIn.recover()))
  }

  // When a subgraph returns, its fields return by themselves.
  for (const name of failed) {
    const { operation, good, pass } = results.findLast(({ blamed }) => blamed.includes(name)) ?? {}
    if (!operation || !good || !pass) continue
    const bad = await askWhenWell(ground, operation)
    if (JSON.stringify(bad.data) === JSON.stringify(good.data)) continue
    const found = ['it is another than before the outage, once that is over']
    tried.mismatches.push({ ground: ground.name, outage, failed, operation, pass, found, good, bad })
  }
  return tried
}

/** Every set of one and of two subgraphs. */
export function failedSets(ground: ProvingGround): string[][] {
  const names = [...ground.standIns.keys()]
  return [
    ...names.map((name) => [name]),
    ...names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other])),
  ]
}

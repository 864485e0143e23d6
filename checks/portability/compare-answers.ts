import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Finding } from '../finding.ts'
import type { StoredOperation } from '../operations/load-operations.ts'
import { readYaml } from '../read-yaml.ts'

/** A gateway that is asked. */
export interface AskedGateway {
  label: string
  /** Where it answers GraphQL. */
  url: string
}

export interface Comparing {
  ours: AskedGateway
  other: AskedGateway
  operations: readonly StoredOperation[]
  /** Of the customer whom the sample variables are for. */
  token: string
  expected: readonly ExpectedDifference[]
  /** The file of these. */
  expectedFile: string
}

/** Where another gateway may answer otherwise. */
export interface ExpectedDifference {
  operation: string
  /** Where the answers part, as `data.product.rating`; `status` or `errors` where it is that. */
  place: string
  why: string
}

export interface ComparedOperation {
  operation: StoredOperation
  /** Where the answers part first; null where they are equal. */
  difference: Difference | null
  /** Why it may be so. */
  why: string | null
  /** What our own gateway could not give: then there is nothing to compare with. Null where it gave all. */
  notAnswered: string | null
}

interface Difference {
  place: string
  ours: string
  other: string
}

const words = z.string().regex(/\S/, 'takes words')

/** @throws InputError that names the key, and what is accepted there. */
export const readExpected = (file: string): ExpectedDifference[] =>
  readYaml(
    file,
    z.strictObject({
      expected: z.array(z.strictObject({ operation: words, place: words, why: words })),
    }),
  ).expected

const answerShape = z.object({
  data: z.unknown(),
  errors: z
    .array(
      z.object({
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.object({ code: z.string().optional() }).optional(),
      }),
    )
    .default([]),
})

interface Answer {
  status: number
  data: unknown
  /** Where and with what code, in order: what a message says is each gateway's own. */
  errors: string[]
}

const answerTimeoutMs = 30_000

async function ask({ url }: AskedGateway, operation: StoredOperation, sent: Sent): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(operation.caller === 'customer' && { authorization: `Bearer ${sent.token}` }),
    },
    body: JSON.stringify({ query: operation.text, operationName: operation.name, variables: sent.variables }),
    signal: AbortSignal.timeout(answerTimeoutMs),
  })
  const text = await response.text()
  try {
    const { data, errors } = answerShape.parse(JSON.parse(text))
    const told = errors.map(({ path = [], extensions }) => `${path.join('.')} ${extensions?.code ?? ''}`)
    return { status: response.status, data, errors: told.sort() }
  } catch {
    return { status: response.status, data: undefined, errors: ['this is no answer of GraphQL'] }
  }
}

interface Sent {
  variables: Record<string, unknown>
  token: string
}

/** The same variables with a new idempotency key: another write, and not the answer of the one before. */
const renewed = (variables: Record<string, unknown>, key: string): Record<string, unknown> =>
  JSON.parse(
    JSON.stringify(variables, (name, value: unknown) =>
      name === 'idempotencyKey' && typeof value === 'string' ? key : value,
    ),
  )

/**
 * Asks both. A write is sent twice, each time with an idempotency key of its own, and each gateway is once the one that
 * writes, and once the one that gets the answer that was kept.
 */
async function askBoth({ ours, other, token }: Comparing, operation: StoredOperation): Promise<Asked[]> {
  if (operation.kind !== 'mutation') {
    const sent = { variables: operation.variables, token }
    return [{ ours: await ask(ours, operation, sent), other: await ask(other, operation, sent) }]
  }
  const first = { variables: renewed(operation.variables, randomUUID()), token }
  const written = { ours: await ask(ours, operation, first), other: await ask(other, operation, first) }
  const second = { variables: renewed(operation.variables, randomUUID()), token }
  const theirs = await ask(other, operation, second)
  return [written, { ours: await ask(ours, operation, second), other: theirs }]
}

interface Asked {
  ours: Answer
  other: Answer
}

/** On a good day a stored operation is answered, or it would be compared with nothing. */
const missingIn = ({ status, data, errors }: Answer): string | null =>
  status === 200 && errors.length === 0 && isObject(data) ? null : shown({ status, errors })

function findDifference({ ours, other }: Asked): Difference | null {
  const of = (place: string, one: unknown, two: unknown): Difference => ({
    place,
    ours: shown(one),
    other: shown(two),
  })
  if (ours.status !== other.status) return of('status', ours.status, other.status)
  const parting = partAt(ours.data, other.data, ['data'])
  if (parting) return of(parting.path.join('.'), parting.one, parting.two)
  return shown(ours.errors) === shown(other.errors) ? null : of('errors', ours.errors, other.errors)
}

interface Parting {
  path: readonly (string | number)[]
  one: unknown
  two: unknown
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Where two values part first. The order of an object's keys is the query's (https://spec.graphql.org/draft/#sec-Response-Format). */
function partAt(one: unknown, two: unknown, path: readonly (string | number)[]): Parting | null {
  if (!isObject(one) || !isObject(two)) return Object.is(one, two) ? null : { path, one, two }
  const [keys, others] = [Object.keys(one), Object.keys(two)]
  if (Array.isArray(one) !== Array.isArray(two) || keys.join('\n') !== others.join('\n'))
    return { path, one: Array.isArray(one) ? one : keys, two: Array.isArray(two) ? two : others }
  for (const key of keys) {
    const parting = partAt(one[key], two[key], [...path, key])
    if (parting) return parting
  }
  return null
}

const mostCharacters = 160

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text
}

/** Asks all, reads before writes, so that no write stands between two reads. */
export async function compareAnswers(comparing: Comparing): Promise<ComparedOperation[]> {
  const { operations, expected } = comparing
  const isWrite = ({ kind }: StoredOperation) => kind === 'mutation'
  const compared: ComparedOperation[] = []
  for (const operation of operations.toSorted((one, two) => Number(isWrite(one)) - Number(isWrite(two)))) {
    const asked = await askBoth(comparing, operation)
    const difference = asked.map(findDifference).find((found) => found !== null) ?? null
    const notAnswered = asked.map(({ ours }) => missingIn(ours)).find((found) => found !== null) ?? null
    const known = expected.find(
      ({ operation: name, place }) => name === operation.name && place === difference?.place,
    )
    compared.push({ operation, difference, why: known?.why ?? null, notAnswered })
  }
  return compared
}

/** What is to be told of it. */
export function portabilityFindings(
  { ours, other, expected, expectedFile }: Comparing,
  compared: readonly ComparedOperation[],
): Finding[] {
  const differing = compared.flatMap(({ operation, difference, why }): Finding[] => {
    if (difference === null) return []
    return [
      {
        ...toFinding('answer-differs', operation.name),
        severity: why === null ? 'error' : 'hint',
        message: [
          `${operation.name} is answered otherwise by ${other.label}, first at ${difference.place}.`,
          `${ours.label}: ${difference.ours}`,
          `${other.label}: ${difference.other}`,
          ...(why === null ? [] : [`Expected: ${why}`]),
        ].join('\n'),
        mend:
          why === null
            ? `Mend the gateway that is wrong, or say why it may be so in ${expectedFile} (operation: ${operation.name}, place: ${difference.place}).`
            : null,
        location: { file: operation.file, line: 1, column: 1 },
      },
    ]
  })
  const missing = compared.flatMap(({ operation, notAnswered }): Finding[] =>
    notAnswered === null
      ? []
      : [
          {
            ...toFinding('not-answered', operation.name),
            message: `${operation.name} is not answered by ${ours.label}, so nothing can be compared: ${notAnswered}`,
            mend: 'Mend its sample variables, or name it in callers.json if it takes a customer.',
            location: { file: operation.file, line: 1, column: 1 },
          },
        ],
  )
  const idle = expected
    .filter(
      ({ operation, place }) =>
        !compared.some(
          (each) =>
            each.operation.name === operation && each.difference?.place === place && each.why !== null,
        ),
    )
    .map(
      ({ operation, place }): Finding => ({
        ...toFinding('idle-expectation', operation),
        message: `${operation} is expected to differ at ${place}, and does not.`,
        mend: `Take it out of ${expectedFile}.`,
        location: { file: expectedFile, line: 1, column: 1 },
      }),
    )
  return [...differing, ...missing, ...idle]
}

export const toFinding = (rule: string, coordinate: string | null): Finding => ({
  check: 'portability',
  severity: 'error',
  rule,
  subgraph: null,
  coordinate,
  message: '',
  mend: null,
  location: null,
  related: [],
})

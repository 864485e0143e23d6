import { type GraphQLFormattedError, Kind, parse } from 'graphql'
import type { ErrorCode } from '../../service/errors.ts'
import { kindOf, type Outage } from '../set-up/outages.ts'
import { insideWords, type JournalEntry } from '../set-up/stand-in.ts'

export type ResponsePath = readonly (string | number)[]

/** An answer of the gateway's, and its text as it came. */
export interface Answer {
  status: number
  text: string
  data: unknown
  errors: readonly GraphQLFormattedError[]
  elapsedMs: number
}

/** What an outage is said to cost an operation, given what it has on a good day. */
export interface Prediction {
  /** Each lost position, once, at its highest. */
  lost: readonly ResponsePath[]
  /** For each of `lost`, the subgraphs that its error may name. */
  subgraphs: readonly (readonly string[])[]
  /** Positions that may be lost or not: it depends on what an answer does not show. */
  uncertain: readonly ResponsePath[]
  /** Null on the good day as well; but nobody who could not ask can know that, so an error may say that it is lost. */
  nowhere: readonly ResponsePath[]
  /** Whether a position is of what the subgraphs that failed may have been asked for. */
  isTheirs: (path: ResponsePath) => boolean
  /** Whether a position has a scalar of the schema's own, which may be anything: no lie about it can be noticed. */
  isAnything: (path: ResponsePath) => boolean
}

export interface Trial {
  outage: Outage
  failed: ReadonlySet<string>
  isMutation: boolean
  good: Answer
  bad: Answer
  prediction: Prediction
  /** What the subgraphs that failed were asked for this operation, as far as it came to be heard. */
  journal: readonly JournalEntry[]
  /** Each request for a write as it came to any subgraph. */
  writes: readonly string[]
  /** How long the operation may take. */
  deadlineMs: number
  /** What else stands in an inside address, and never in an answer. */
  secrets: readonly string[]
}

/** A subgraph need not be asked to have failed: it is known to be down. */
const knownDown: ErrorCode = 'SUBGRAPH_CIRCUIT_OPEN'

const shown = (path: ResponsePath) => JSON.stringify(path)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

interface Difference {
  path: ResponsePath
  /** Null on the bad day, and not on the good one. */
  isLost: boolean
}

/** Where a bad day's data is another than the good day's, at the highest place of each. */
export function differencesOf(good: unknown, bad: unknown, path: ResponsePath = []): Difference[] {
  if (bad === null && good !== null) return [{ path, isLost: true }]
  if (Array.isArray(good) && Array.isArray(bad)) {
    if (good.length !== bad.length) return [{ path, isLost: false }]
    return good.flatMap((item, index) => differencesOf(item, bad[index], [...path, index]))
  }
  if (isObject(good) && isObject(bad) && Array.isArray(good) === Array.isArray(bad)) {
    if (Object.keys(good).join() !== Object.keys(bad).join()) return [{ path, isLost: false }]
    return Object.keys(good).flatMap((key) => differencesOf(good[key], bad[key], [...path, key]))
  }
  return good === bad ? [] : [{ path, isLost: false }]
}

/** Whether a path leads to a null of the data, over no other null. */
export function leadsToNull(data: unknown, path: ResponsePath): boolean {
  let value = data
  for (const step of path) {
    if (!isObject(value)) return false
    value = value[step]
  }
  return value === null
}

/** Where nothing at all is left, one error says so, wherever it arose. */
const positionOf = ({ data }: Answer, { path = [] }: GraphQLFormattedError): ResponsePath =>
  data === null ? [] : path

const startsWith = (path: ResponsePath, start: ResponsePath) =>
  start.every((step, depth) => path[depth] === step)

/** Whether a position is of what the failed subgraphs may have been asked for, or would have lost. */
const isTheirs = ({ prediction }: Trial, path: ResponsePath) =>
  prediction.isTheirs(path) ||
  [...prediction.lost, ...prediction.uncertain].some((position) => startsWith(path, position))

/**
 * Whether what stands at a position may follow from a lie that nobody can notice: an entity that is said not to exist
 * is null without an error, and what requires it is computed from nothing.
 */
const isMisled = (trial: Trial, path: ResponsePath) =>
  isTheirs(trial, path) &&
  (trial.outage === 'lost entities' || (trial.outage === 'wrong types' && trial.prediction.isAnything(path)))

/** In what an answer's errors are not as they have to be in any outage. */
function brokenInErrors(trial: Trial): string[] {
  const { outage, failed, isMutation, bad } = trial
  const { codes, mutationCodes } = kindOf(outage)
  const positions = new Set<string>()
  return bad.errors.flatMap((error) => {
    const position = positionOf(bad, error)
    const { code, serviceName, ...others } = error.extensions ?? {}
    const told = `${shown(position)} ${code} of ${serviceName}`
    const isOfMutation = isMutation && (error.path?.length ?? 0) <= 1
    const accepted: readonly string[] = [
      ...codes,
      knownDown,
      ...(isOfMutation ? [...mutationCodes, 'MUTATION_NOT_SENT'] : []),
    ]
    const isRepeated = positions.has(shown(position))
    positions.add(shown(position))
    return [
      ...(isRepeated ? [`it has two errors: ${told}`] : []),
      ...(leadsToNull(bad.data, position) ? [] : [`there is no null where it has an error: ${told}`]),
      ...(error.path ? [] : [`it has an error without a path: ${told}`]),
      ...(accepted.includes(String(code)) || isMisled(trial, position)
        ? []
        : [`it has another code than ${accepted.join(', ')}: ${told}`]),
      ...((typeof serviceName === 'string' && failed.has(serviceName)) || isMisled(trial, position)
        ? []
        : [`it blames another than who has failed: ${told}`]),
      ...(Object.keys(others).length > 0 ? [`it tells more than it should: ${JSON.stringify(error)}`] : []),
    ]
  })
}

function brokenInText({ bad, secrets }: Trial): string[] {
  const told = JSON.stringify(bad.errors)
  return [...insideWords, ...secrets, '127.0.0.1', 'node_modules']
    .filter((word) => told.includes(word))
    .map((word) => `it tells what is inside: ${word} in ${told}`)
}

/** In what the positions that are lost are not those that have to be. */
function brokenInLosses(trial: Trial): string[] {
  const { outage, good, bad, prediction, journal } = trial
  const { costs } = kindOf(outage)
  const differences = differencesOf(good.data, bad.data)
  const lost = differences.filter(({ isLost }) => isLost).map(({ path }) => path)
  const changed = differences.filter(({ isLost }) => !isLost)
  const told = new Set(bad.errors.map((error) => shown(positionOf(bad, error))))

  const found = [
    ...changed
      .filter(({ path }) => !isMisled(trial, path))
      .map(({ path }) => `it is another than on a good day at ${shown(path)}`),
    ...lost
      .filter((path) => !told.has(shown(path)) && !isMisled(trial, path))
      .map((path) => `it has no error at ${shown(path)}`),
  ]
  if (costs === 'all') return [...found, ...brokenInPrediction(trial, lost)]
  found.push(
    ...lost.filter((path) => !isTheirs(trial, path)).map((path) => `it should not have lost ${shown(path)}`),
  )
  const isKnownDown = bad.errors.some(
    ({ extensions }) => extensions?.code === knownDown || extensions?.code === 'MUTATION_NOT_SENT',
  )
  const isTruth = !isKnownDown && journal.every(({ wasHarmed }) => !wasHarmed)
  if (costs !== 'luck' && isTruth && differences.length > 0) found.push('it is another though nobody lied')
  if (
    costs === 'entities' &&
    journal.every(({ query, wasHarmed }) => wasHarmed && asksForEntitiesOnly(query))
  )
    found.push(
      ...prediction.lost
        .filter((path) => !lost.some((position) => startsWith(path, position)))
        .map((path) => `it should have lost ${shown(path)}`),
    )
  return found
}

/** In what the lost positions are not exactly those that were predicted. */
function brokenInPrediction({ bad, prediction }: Trial, lost: readonly ResponsePath[]): string[] {
  const actual = new Set(lost.map(shown))
  const predicted = new Map(
    prediction.lost.map((path, index) => [shown(path), prediction.subgraphs[index] ?? []]),
  )
  const uncertain = new Set(prediction.uncertain.map(shown))
  const nowhere = new Set(prediction.nowhere.map(shown))
  const uncertainLost = prediction.uncertain.filter((path) => actual.has(shown(path)))
  const isHidden = (path: ResponsePath) => uncertainLost.some((position) => startsWith(path, position))
  return [
    ...[...actual]
      .filter((path) => !predicted.has(path) && !uncertain.has(path))
      .map((path) => `it should not have lost ${path}`),
    ...prediction.lost
      .filter((path) => !actual.has(shown(path)) && !isHidden(path))
      .map((path) => `it should have lost ${shown(path)}`),
    ...bad.errors.flatMap((error) => {
      const path = shown(positionOf(bad, error))
      const { serviceName } = error.extensions ?? {}
      const blamed = predicted.get(path)
      if (!actual.has(path) && !nowhere.has(path) && !uncertain.has(path))
        return [`it has an error and no loss at ${path}`]
      return blamed && !blamed.includes(String(serviceName))
        ? [`it blames ${serviceName} and not ${blamed.join(' or ')} at ${path}`]
        : []
    }),
  ]
}

function asksForEntitiesOnly(query: string): boolean {
  return parse(query).definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      definition.selectionSet.selections.every(
        (field) => field.kind === Kind.FIELD && field.name.value === '_entities',
      ),
  )
}

const brokenInWrites = ({ writes }: Trial): string[] =>
  writes.length === new Set(writes).size ? [] : ['a mutation was sent twice']

function brokenInTime({ bad, deadlineMs }: Trial): string[] {
  // The deadline, and as much again for a busy machine.
  return bad.elapsedMs < 2 * deadlineMs
    ? []
    : [`it took ${Math.round(bad.elapsedMs)} ms, and has ${deadlineMs} ms`]
}

/** In what an answer breaks the promise that failed subgraphs cost only their own fields: a line each. */
export function brokenPromises(trial: Trial): string[] {
  return [
    ...(trial.bad.status === 200 ? [] : [`the status is ${trial.bad.status}`]),
    ...brokenInErrors(trial),
    ...brokenInText(trial),
    ...brokenInLosses(trial),
    ...brokenInWrites(trial),
    ...brokenInTime(trial),
  ]
}

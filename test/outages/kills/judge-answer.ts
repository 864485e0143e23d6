import type { GraphQLFormattedError } from 'graphql'
import { isErrorCode } from '../../../service/errors.ts'
import { differencesOf, leadsToNull } from '../broken-promises.ts'
import type { DownTimes } from './down-times.ts'
import type { Answered, Outcome } from './shop-client.ts'

/** What stands in an error of an inside service, and never in one that a client gets. */
const insideWords = ['127.0.0.1', 'localhost', 'ECONN', 'node_modules', 'prisma', 'postgres', '    at ']

/** With as much again for a machine on which all is being started at once. */
const longestMs = 2 * 5_000

const shown = JSON.stringify

const positionOf = ({ data }: Answered, { path = [] }: GraphQLFormattedError) => (data === null ? [] : path)

function wrongInErrors(answer: Answered, down: ReadonlySet<string>): string[] {
  const positions = new Set<string>()
  return answer.errors.flatMap((error) => {
    const { code, serviceName } = error.extensions ?? {}
    const told = shown(error)
    const position = shown(positionOf(answer, error))
    const isRepeated = positions.has(position)
    positions.add(position)
    return [
      ...(isRepeated ? [`there are two errors at ${position}: ${told}`] : []),
      ...(error.path ? [] : [`an error has no path: ${told}`]),
      ...(isErrorCode(code) ? [] : [`an error has no code of the catalogue: ${told}`]),
      ...(typeof serviceName === 'string' && down.has(serviceName)
        ? []
        : [`an error blames another than ${[...down].join(', ') || 'nobody'}: ${told}`]),
      ...(leadsToNull(answer.data, positionOf(answer, error)) ? [] : [`an error at no null: ${told}`]),
      ...insideWords.filter((word) => told.includes(word)).map((word) => `${word} is told: ${told}`),
    ]
  })
}

/** Says of whom, and when it was asked, in seconds of this process. */
export const tellWrong = (name: string, { sentAt }: Outcome, found: readonly string[]): string[] =>
  found.map((line) => `${(sentAt / 1000).toFixed(1)} s  ${name}: ${line}`)

/** What an outcome must not be, whatever is down, where nothing is known of what the data should be. */
export function wrongInOutcome(outcome: Outcome, downTimes: DownTimes): string[] {
  const down = downTimes.downBetween(outcome.sentAt, outcome.endedAt)
  if (down.has('gateway')) {
    if (outcome.kind === 'unanswered' || outcome.status === 503) return []
  } else if (outcome.kind === 'unanswered') return [`nobody answered, and the gateway ran: ${outcome.reason}`]
  const tookMs = outcome.endedAt - outcome.sentAt
  return [
    ...(outcome.status === 200 ? [] : [`the status is ${outcome.status}: ${shown(outcome.errors)}`]),
    ...(tookMs > longestMs && !down.has('gateway') ? [`it took ${Math.round(tookMs)} ms`] : []),
    ...wrongInErrors(outcome, down),
  ]
}

/** Where an answer is neither what it is on a good day, nor null with an error. */
export function wrongInData(answer: Answered, good: unknown): string[] {
  const told = new Set(answer.errors.map((error) => shown(positionOf(answer, error))))
  return differencesOf(good, answer.data).flatMap(({ path, isLost }) => {
    if (!isLost) return [`it is another than on a good day at ${shown(path)}`]
    return told.has(shown(path)) ? [] : [`it is null without an error at ${shown(path)}`]
  })
}

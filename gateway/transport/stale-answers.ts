import { LRUCache } from 'lru-cache'
import type { TellFailure } from '../observe/failure-log.ts'
import type { SubgraphAnswer } from './call-subgraph.ts'
import type { RequestContext } from './request-context.ts'
import { SubgraphFailure } from './subgraph-failure.ts'

export interface StaleIfErrorSettings {
  /** How old an answer may be that is served in place of none. */
  maxAgeMs: number
  /** For all that are kept. */
  maxBytes: number
}

interface StaleAnswersOptions {
  subgraph: string
  settings: StaleIfErrorSettings
  now: () => number
  /** Tells of a failure that nobody else will hear of. */
  tell: TellFailure
}

interface KeptAnswer {
  body: Buffer
  keptAt: number
}

export interface StaleAnswers {
  /**
   * Makes a call, keeps its answer if that may be shown to anybody, and gives the one that was kept when the call fails.
   * @throws {SubgraphFailure} when there is none
   */
  inPlaceOfNone(
    body: string,
    context: RequestContext,
    call: () => Promise<SubgraphAnswer>,
  ): Promise<SubgraphAnswer>
}

/** What is counted for each entry beside its text. */
const entryBytes = 200

const lineFeed = 0x0a
const openBrace = 0x7b
const closeBrace = 0x7d

/** Whether it is JSON without errors. A text that only speaks of errors is taken for one, and costs this one answer. */
function looksGood(body: Buffer): boolean {
  // Apollo Server ends it with a line feed.
  const last = body.at(-1) === lineFeed ? body.at(-2) : body.at(-1)
  return body.at(0) === openBrace && last === closeBrace && !body.includes('"errors"')
}

/** Small buffers are parts of a larger one, which would be kept with each of them. */
function copyOf(body: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(body.length)
  body.copy(copy)
  return copy
}

/** Keeps a subgraph's last good public answers, for the time when it has none: https://www.rfc-editor.org/rfc/rfc5861#section-4 */
export function createStaleAnswers({ subgraph, settings, now, tell }: StaleAnswersOptions): StaleAnswers {
  const { maxAgeMs, maxBytes } = settings
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: maxBytes,
    maxEntrySize: maxBytes,
    sizeCalculation: ({ body }, key) => body.length + 2 * key.length + entryBytes,
  })

  function find(key: string): KeptAnswer | null {
    const found = kept.get(key)
    if (!found) return null
    if (now() - found.keptAt <= maxAgeMs) return found
    kept.delete(key)
    return null
  }

  /** What is given in place of an answer that failed. @throws the failure, where there is nothing else */
  function standIn(key: string, failure: unknown, { departure, staleAges }: RequestContext): SubgraphAnswer {
    if (!(failure instanceof SubgraphFailure) || departure.isGone) throw failure
    const found = find(key)
    if (!found) throw failure
    tell(failure)
    const { body, keptAt } = found
    staleAges.set(subgraph, Math.max(Math.round(now() - keptAt), staleAges.get(subgraph) ?? 0))
    return { body, isPublic: true, read: () => JSON.parse(body.toString('utf8')) }
  }

  return {
    async inPlaceOfNone(body, context, call) {
      const key = `${context.audience()} ${body}`
      let answer: SubgraphAnswer
      try {
        answer = await call()
      } catch (failure) {
        return standIn(key, failure, context)
      }
      const { body: sent, isPublic } = answer
      if (looksGood(sent)) {
        // What is good, and for everybody no more, is not served from then on.
        if (isPublic) kept.set(key, { body: copyOf(sent), keptAt: now() })
        else kept.delete(key)
      }
      return {
        ...answer,
        // That it is no answer at all may only be found when it is read.
        read() {
          try {
            return answer.read()
          } catch (failure) {
            return standIn(key, failure, context).read()
          }
        },
      }
    },
  }
}

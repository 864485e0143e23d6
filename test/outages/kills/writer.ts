import { isDeepStrictEqual } from 'node:util'
import type { DownTimes } from './down-times.ts'
import { tellWrong, wrongInOutcome } from './judge-answer.ts'
import { isObject, type ShopClient } from './shop-client.ts'
import type { SessionKind, Write, WriteSession } from './write-sessions.ts'

export interface WriteTally {
  name: string
  acknowledged: number
  /** Sent again, since it was not known whether they had taken effect. */
  repeated: number
  /** Sessions whose writes were read back at the end. */
  readBack: number
  wrong: string[]
  /** Sessions in which an acknowledged write was not found, or found twice. */
  lost: string[]
}

interface WriterOptions {
  kind: SessionKind
  client: ShopClient
  downTimes: DownTimes
}

/** Longer than anything takes to come back. */
const acknowledgedWithinMs = 60_000
/** What has been written is looked at in between as well. */
const lookEvery = 10
/** Who is refused as often has nothing to write any more. */
const mostRefusals = 3

/** Writes one session after the other, and remembers what was acknowledged. */
export function createWriter({ kind, client, downTimes }: WriterOptions) {
  const sessions: WriteSession[] = []
  const tally: WriteTally = {
    ...{ name: kind.name, acknowledged: 0, repeated: 0, readBack: 0 },
    ...{ wrong: [], lost: [] },
  }
  let refusals = 0

  const write: Write = async ({ query, input, token }) => {
    const endsAt = performance.now() + acknowledgedWithinMs
    let isRepeated = false
    for (;;) {
      const outcome = await client.ask({ query, variables: { input }, token })
      tally.wrong.push(...tellWrong(kind.name, outcome, wrongInOutcome(outcome, downTimes)))
      const payload = outcome.kind === 'answered' && isObject(outcome.data) ? outcome.data.written : null
      if (isObject(payload)) {
        const { userErrors } = payload
        if (!Array.isArray(userErrors) || userErrors.length > 0)
          throw new Error(`it was refused: ${JSON.stringify(payload)}`)
        // Where what was written could not be read any more, it is asked for again, and gives the first answer.
        if (Object.values(payload).every((value) => value !== null)) {
          tally.acknowledged += 1
          if (isRepeated) tally.repeated += 1
          return payload
        }
      }
      isRepeated = true
      if (performance.now() > endsAt) throw new Error(`it was not acknowledged: ${JSON.stringify(outcome)}`)
    }
  }

  async function look(session: WriteSession): Promise<'right' | 'wrong' | 'unreadable'> {
    const { question, found, expected } = session
    const outcome = await client.ask(question)
    const wrong = wrongInOutcome(outcome, downTimes)
    tally.wrong.push(...tellWrong(kind.name, outcome, wrong))
    if (wrong.length > 0) return 'wrong'
    if (outcome.kind === 'unanswered' || outcome.errors.length > 0) return 'unreadable'
    const actual = found(outcome.data)
    if (isDeepStrictEqual(actual, expected())) return 'right'
    tally.lost.push(
      `${kind.name}: ${JSON.stringify(actual)} in place of ${JSON.stringify(expected())} for ${JSON.stringify(question.variables)}`,
    )
    return 'wrong'
  }

  async function writeSession(isOver: () => boolean) {
    const session = await kind.open(write)
    sessions.push(session)
    for (let count = 1; count <= kind.length && !isOver(); count++) {
      await session.writeNext()
      if (count % lookEvery === 0) await look(session)
    }
  }

  return {
    async keepWriting(isOver: () => boolean) {
      while (!isOver() && refusals < mostRefusals) {
        try {
          await writeSession(isOver)
        } catch (error) {
          refusals += 1
          tally.wrong.push(`${kind.name}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    },
    /** Reads all of it back, when nothing is down. */
    async readBack() {
      for (const session of sessions) {
        tally.readBack += 1
        if ((await look(session)) === 'unreadable')
          tally.lost.push(`${kind.name}: what was written can't be read`)
      }
    },
    tally: () => tally,
  }
}

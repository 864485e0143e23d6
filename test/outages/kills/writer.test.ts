import { expect, test } from 'vitest'
import { createDownTimes } from './down-times.ts'
import type { Outcome, Question, ShopClient } from './shop-client.ts'
import type { SessionKind } from './write-sessions.ts'
import { createWriter } from './writer.ts'

const kind: SessionKind = {
  name: 'words',
  length: 20,
  async open(write) {
    const words: string[] = []
    return {
      async writeNext() {
        const word = `word ${words.length}`
        await write({ query: 'mutation', input: { word, idempotencyKey: word }, token: '' })
        words.push(word)
      },
      question: { query: '{ words }' },
      found: (data) => Object(data).words,
      expected: () => words,
    }
  },
}

type Answer = Pick<Outcome & { kind: 'answered' }, 'data' | 'errors'>

/** A shop of words, which does with the n-th write what a test wants. */
function createWriterOn(treat: (count: number, words: string[]) => 'kept' | 'not acknowledged' | 'refused') {
  const words: string[] = []
  const known = new Set<unknown>()
  let writes = 0

  function answer({ query, variables = {} }: Question): Answer {
    if (query !== 'mutation') return { data: { words: [...words] }, errors: [] }
    const { word } = Object(variables.input)
    if (!known.has(word)) words.push(word)
    known.add(word)
    const treated = treat(++writes, words)
    if (treated === 'not acknowledged') return { data: { written: null }, errors: [] }
    const userErrors = treated === 'refused' ? [{ code: 'NO' }] : []
    return { data: { written: { word, userErrors } }, errors: [] }
  }
  const client: ShopClient = {
    async ask(question) {
      const at = performance.now()
      return { kind: 'answered', status: 200, ...answer(question), sentAt: at, endedAt: at }
    },
    close: async () => undefined,
  }
  return createWriter({ kind, client, downTimes: createDownTimes() })
}

async function writeAndReadBack(writer: ReturnType<typeof createWriterOn>) {
  await writer.keepWriting(
    () => writer.tally().acknowledged >= kind.length || writer.tally().wrong.length > 0,
  )
  await writer.readBack()
  return writer.tally()
}

test('what is acknowledged and there is neither lost nor wrong', async () => {
  const tally = await writeAndReadBack(createWriterOn(() => 'kept'))
  expect(tally).toMatchObject({ acknowledged: 20, repeated: 0, readBack: 1, lost: [], wrong: [] })
})

test('what is not acknowledged is sent again, until it is', async () => {
  const tally = await writeAndReadBack(
    createWriterOn((count) => (count % 3 === 0 ? 'not acknowledged' : 'kept')),
  )
  expect(tally).toMatchObject({ acknowledged: 20, lost: [], wrong: [] })
  expect(tally.repeated).toBeGreaterThan(5)
})

test.each([
  ['is not there', (words: string[]) => void words.pop()],
  ['is there twice', (words: string[]) => void words.push('word 12')],
])('a write that was acknowledged and %s is lost', async (_, harm) => {
  const tally = await writeAndReadBack(
    createWriterOn((count, words) => {
      if (count === 13) harm(words)
      return 'kept'
    }),
  )
  // It is seen while writing goes on, and at the end.
  expect(tally.lost.length).toBeGreaterThanOrEqual(2)
})

test('a write that is refused is wrong', async () => {
  const tally = await writeAndReadBack(createWriterOn((count) => (count === 5 ? 'refused' : 'kept')))
  expect(tally.wrong).toHaveLength(1)
})

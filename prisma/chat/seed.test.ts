import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { shopData } from '../shop-data/index.ts'
import { seed } from './seed.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase('chat')
})
afterAll(() => database.drop())

const read = (sql: string) =>
  withConnection(database.url, async (connection) => (await connection.query(sql)).rows)

const contents = () =>
  read(`SELECT (SELECT count(*)::int FROM "Conversation") AS conversations, (SELECT count(*)::int FROM "Message") AS messages,
               (SELECT md5(string_agg(conversation::text, '' ORDER BY "id")) FROM "Conversation" conversation) AS digest`)

test('every conversation is written once, with its messages, and left alone by a second run', async () => {
  const progress: [number, number][] = []
  await seed({ url: database.url, onProgress: (...step) => progress.push(step) })
  expect(progress.at(-1)).toEqual([60, 60])
  const conversations = [...shopData().conversations()]
  const [first] = await contents()
  expect(first).toMatchObject({
    conversations: conversations.length,
    messages: conversations.reduce((sum, { messages }) => sum + messages.length, 0),
  })

  progress.length = 0
  await seed({ url: database.url, onProgress: (...step) => progress.push(step) })
  expect(progress).toEqual([])
  expect(await contents()).toEqual([first])
})

test('a conversation is as its messages say', async () => {
  const wrong = await read(`
    SELECT conversation."id" FROM "Conversation" conversation
    JOIN "Message" last ON last."conversationId" = conversation."id" AND last."sequence" = conversation."lastSequence"
    WHERE last."sentAt" <> conversation."lastMessageAt" OR conversation."statusSince" > conversation."lastMessageAt"
       OR conversation."lastSequence" <> (SELECT count(*) FROM "Message" WHERE "conversationId" = conversation."id")
       OR conversation."status"::text <> 'CLOSED'
          AND conversation."status"::text <> CASE last."authorKind"::text WHEN 'CUSTOMER' THEN 'WAITING' ELSE 'ANSWERED' END`)
  expect(wrong).toEqual([])
})

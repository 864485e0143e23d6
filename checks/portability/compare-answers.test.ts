import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { InputError } from '../finding.ts'
import { loadOperations } from '../operations/load-operations.ts'
import { makeFolder } from '../test-folder.ts'
import { compareAnswers, portabilityFindings, readExpected } from './compare-answers.ts'

const request = z.object({ operationName: z.string(), variables: z.record(z.string(), z.unknown()) })
type Request = z.output<typeof request> & { authorization: string | undefined }

interface Answer {
  status?: number
  body: object | string
}

/** A gateway that answers as it is told. */
async function startGateway(label: string, answer: (request: Request) => Answer) {
  const asked: Request[] = []
  const server = createServer(async (incoming, response) => {
    const sent = { ...request.parse(await json(incoming)), authorization: incoming.headers.authorization }
    asked.push(sent)
    const { status = 200, body } = answer(sent)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it has no port')
  return { label, url: `http://127.0.0.1:${address.port}/graphql`, asked }
}

const files = {
  'Read.graphql': 'query Read { a { b c } }',
  'Write.graphql': 'mutation Write($input: Input!) { write(input: $input) { done } }',
  'Write.variables.json': '{ "input": { "idempotencyKey": "sample" } }',
  'callers.json': '{ "customer": ["Write"] }',
}
const good = { data: { a: { b: 1, c: [true] } } }

async function compare(other: (request: Request) => Answer, { ours = good as object, expected = '[]' } = {}) {
  const at = makeFolder({ ...files, 'expected.yaml': `expected: ${expected}` })
  const written = { data: { write: { done: true } } }
  const answers = (answer: (request: Request) => Answer) => (sent: Request) =>
    sent.operationName === 'Write' ? { body: written } : answer(sent)
  const one = await startGateway(
    'Ours',
    answers(() => ({ body: ours })),
  )
  const two = await startGateway('Theirs', answers(other))
  const comparing = {
    ...{ ours: one, other: two, token: 'ada', operations: loadOperations(at('.')) },
    ...{ expected: readExpected(at('expected.yaml')), expectedFile: at('expected.yaml') },
  }
  const compared = await compareAnswers(comparing)
  return { compared, findings: portabilityFindings(comparing, compared), one, two }
}

test('equal answers are no finding, whatever their messages say', async () => {
  const { findings, compared } = await compare(() => ({ body: good }))
  expect(findings).toEqual([])
  expect(compared.map(({ operation }) => operation.name)).toEqual(['Read', 'Write'])
})

test.each<[string, Answer, string]>([
  ['another value', { body: { data: { a: { b: 2, c: [true] } } } }, 'data.a.b'],
  ['another value in a list', { body: { data: { a: { b: 1, c: [false] } } } }, 'data.a.c.0'],
  ['a longer list', { body: { data: { a: { b: 1, c: [true, true] } } } }, 'data.a.c'],
  ['another order of fields', { body: { data: { a: { c: [true], b: 1 } } } }, 'data.a'],
  ['a null', { body: { data: { a: null } } }, 'data.a'],
  ['another status', { status: 500, body: good }, 'status'],
  ['an error beside the data', { body: { ...good, errors: [{ message: 'x', path: ['a'] }] } }, 'errors'],
  ['no GraphQL', { body: '<html>' }, 'data'],
])('%s is found, with its place', async (_, answer, place) => {
  const { findings } = await compare(() => answer)
  expect(findings).toMatchObject([{ rule: 'answer-differs', severity: 'error', coordinate: 'Read' }])
  expect(findings[0]?.mend).toContain(`place: ${place})`)
})

test('what is expected to differ is told and refuses nothing, and one that does not differ is refused', async () => {
  const differing = { body: { data: { a: { b: 2, c: [true] } } } }
  const expected = '[{ operation: Read, place: data.a.b, why: It rounds. }]'
  expect((await compare(() => differing, { expected })).findings).toMatchObject([
    { rule: 'answer-differs', severity: 'hint', message: expect.stringContaining('It rounds.') },
  ])
  expect((await compare(() => ({ body: good }), { expected })).findings).toMatchObject([
    { rule: 'idle-expectation', severity: 'error', coordinate: 'Read' },
  ])
})

test('what our own gateway does not answer is compared with nothing, and is refused', async () => {
  const lost = { data: { a: null }, errors: [{ message: 'x', path: ['a'], extensions: { code: 'X' } }] }
  expect((await compare(() => ({ body: lost }), { ours: lost })).findings).toMatchObject([
    { rule: 'not-answered', severity: 'error', coordinate: 'Read' },
  ])
})

test('a write is sent by each gateway once as the first, for the customer whom its sample is for', async () => {
  const { one, two } = await compare(() => ({ body: good }))
  const keys = ({ asked }: { asked: Request[] }) =>
    asked.filter(({ operationName }) => operationName === 'Write').map(({ variables }) => variables)
  expect(keys(one)).toEqual(keys(two))
  expect(new Set(keys(one).map((variables) => JSON.stringify(variables)))).toHaveProperty('size', 2)
  expect(JSON.stringify(keys(one))).not.toContain('sample')
  expect(one.asked.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer ada', 'Bearer ada'])
})

test('what is expected has its reason', () => {
  const at = makeFolder({ 'expected.yaml': 'expected: [{ operation: Read, place: data.a }]' })
  expect(() => readExpected(at('expected.yaml'))).toThrow(InputError)
  expect(() => readExpected(at('expected.yaml'))).toThrow('expected.0.why')
})

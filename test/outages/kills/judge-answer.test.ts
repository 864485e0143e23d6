import { expect, test } from 'vitest'
import { createDownTimes } from './down-times.ts'
import { wrongInData, wrongInOutcome } from './judge-answer.ts'
import type { Answered } from './shop-client.ts'

const good = { product: { title: 'Lamp', rating: { count: 3 } } }
const lost = { product: { title: 'Lamp', rating: null } }
const error = {
  message: 'reviews could not be reached',
  path: ['product', 'rating'],
  extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'reviews' },
}

const now = () => performance.now()

function answered(answer: Partial<Answered> = {}): Answered {
  return { kind: 'answered', status: 200, data: good, errors: [], sentAt: now(), endedAt: now(), ...answer }
}

function downTimesOf(...processes: string[]) {
  const downTimes = createDownTimes()
  for (const name of processes) downTimes.begin(name)
  return downTimes
}

test('an answer is right as on a good day, and with a null whose error blames who is down', () => {
  expect(wrongInOutcome(answered(), downTimesOf())).toEqual([])
  expect(wrongInData(answered(), good)).toEqual([])
  const downTimes = downTimesOf('reviews-database')
  const degraded = answered({ data: lost, errors: [error] })
  expect(wrongInOutcome(degraded, downTimes)).toEqual([])
  expect(wrongInData(degraded, good)).toEqual([])
})

test.each<[string, Partial<Answered>]>([
  ['is another', { data: { product: { title: 'Desk', rating: { count: 3 } } } }],
  ['has another number of fields', { data: { product: { title: 'Lamp' } } }],
  ['is null without an error', { data: lost }],
  ['is null, and the error is elsewhere', { data: lost, errors: [{ ...error, path: ['product'] }] }],
])('data that %s are wrong', (_, answer) => {
  expect(wrongInData(answered(answer), good)).toHaveLength(1)
})

test.each<[string, Partial<Answered>, string[]]>([
  ['blames who was not down', { data: lost, errors: [error] }, ['cart']],
  ['has an error where nothing is lost', { errors: [error] }, ['reviews']],
  [
    'has an error without a code',
    { data: lost, errors: [{ ...error, extensions: { serviceName: 'reviews' } }] },
    ['reviews'],
  ],
  [
    'tells an inside address',
    { data: lost, errors: [{ ...error, message: 'connect to 127.0.0.1 failed' }] },
    ['reviews'],
  ],
  ['has two errors for one loss', { data: lost, errors: [error, error] }, ['reviews']],
  ['has another status than 200', { status: 500 }, ['reviews']],
  ['takes too long', { sentAt: now() - 20_000 }, ['reviews']],
])('an answer that %s is wrong', (_, answer, down) => {
  const downTimes = downTimesOf(...down)
  expect(wrongInOutcome(answered(answer), downTimes)).toHaveLength(1)
})

test('nobody has to answer while the gateway is down, and only then', () => {
  const unanswered = () => ({ kind: 'unanswered', reason: 'reset', sentAt: now(), endedAt: now() }) as const
  const [reviewsDown, gatewayDown] = [downTimesOf('reviews'), downTimesOf('gateway')]
  expect(wrongInOutcome(unanswered(), reviewsDown)).toHaveLength(1)
  expect(wrongInOutcome(unanswered(), gatewayDown)).toEqual([])
})

test('who is back is not blamed any more', () => {
  const downTimes = createDownTimes()
  downTimes.begin('reviews').end()
  const later = { sentAt: now() + 5_000, endedAt: now() + 5_001 }
  const outcome = answered({ data: lost, errors: [error], ...later })
  expect(wrongInOutcome(outcome, downTimes)).toHaveLength(1)
})

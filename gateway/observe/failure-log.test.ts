import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type FailureCode, SubgraphFailure } from '../transport/subgraph-failure.ts'
import { createFailureLog } from './failure-log.ts'

function startLog() {
  const said: { code: string; times: number; subgraph: string }[] = []
  const log = pino({}, { write: (line) => said.push(JSON.parse(line)) })
  let now = 0
  const tell = createFailureLog({ subgraph: 'reviews', log, intervalMs: 1000, now: () => now })
  return {
    said: () => said.map(({ subgraph, code, times }) => `${subgraph} ${code} ${times}`),
    fail: (code: FailureCode) => tell(new SubgraphFailure(code, 'connect refused')),
    wait: (ms: number) => {
      now += ms
    },
  }
}

test('a failure is told at once, and then once an interval with how often it happened', () => {
  const { said, fail, wait } = startLog()
  for (let sent = 0; sent < 1000; sent++) fail('SUBGRAPH_UNAVAILABLE')
  expect(said()).toEqual(['reviews SUBGRAPH_UNAVAILABLE 1'])
  wait(1000)
  fail('SUBGRAPH_UNAVAILABLE')
  expect(said()).toEqual(['reviews SUBGRAPH_UNAVAILABLE 1', 'reviews SUBGRAPH_UNAVAILABLE 1000'])
})

test('another kind of failure is told at once, too', () => {
  const { said, fail } = startLog()
  fail('SUBGRAPH_UNAVAILABLE')
  fail('SUBGRAPH_TIMEOUT')
  fail('SUBGRAPH_TIMEOUT')
  expect(said()).toEqual(['reviews SUBGRAPH_UNAVAILABLE 1', 'reviews SUBGRAPH_TIMEOUT 1'])
})

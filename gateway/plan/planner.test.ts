import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { type PlannerThread, PlanningError, startPlannerThread } from './planner.ts'

let graph: TestGraph
let sdl: string
let thread: PlannerThread

beforeAll(async () => {
  graph = await startTestGraph()
  sdl = compose(graph.all)
})
afterAll(() => graph.stop())
afterEach(() => thread.close())

const small = '{ products { title } }'
/** Takes long to plan. */
const largeOperation = (fields: number) =>
  `{ ${Array.from({ length: fields }, (_, index) => `a${index}: products { title rating shipping }`).join(' ')} }`

test('what takes too long is given up, and what waits behind it is planned', async () => {
  thread = startPlannerThread({ planDeadlineMs: 100 })
  const planner = await thread.open(sdl)
  const [tooMuch, next] = await Promise.allSettled([planner.plan(largeOperation(4000)), planner.plan(small)])
  expect(tooMuch).toMatchObject({ status: 'rejected', reason: expect.any(PlanningError) })
  expect(next).toMatchObject({ status: 'fulfilled', value: { node: { serviceName: 'catalogue' } } })
})

test('the event loop goes on while a large operation is planned', async () => {
  thread = startPlannerThread()
  const planner = await thread.open(sdl)
  let turns = 0
  let isPlanned = false
  const planned = planner.plan(largeOperation(300)).finally(() => {
    isPlanned = true
  })
  while (!isPlanned) {
    await new Promise((resolve) => setImmediate(resolve))
    turns += 1
  }
  expect(await planned).toHaveProperty('node')
  expect(turns).toBeGreaterThan(100)
})

describe('a supergraph', () => {
  test('that can not be planned on is refused', async () => {
    thread = startPlannerThread()
    await expect(thread.open('type Query { hello: String }')).rejects.toThrow(PlanningError)
  })

  test('that was closed plans no more, and another one does', async () => {
    thread = startPlannerThread()
    const [first, second] = [await thread.open(sdl), await thread.open(sdl)]
    first.close()
    await expect(first.plan(small)).rejects.toThrow(PlanningError)
    expect(await second.plan(small)).toHaveProperty('node')
  })
})

test('what can not be planned is an error, and the next is planned', async () => {
  thread = startPlannerThread()
  const planner = await thread.open(sdl)
  await expect(planner.plan('{ nothing }')).rejects.toThrow(PlanningError)
  expect(await planner.plan(small)).toHaveProperty('node')
})

test('a thread that is closed leaves nobody waiting', async () => {
  thread = startPlannerThread()
  const planner = await thread.open(sdl)
  const waiting = Promise.allSettled([planner.plan(largeOperation(4000)), planner.plan(small)])
  await thread.close()
  expect(await waiting).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
  await expect(planner.plan(small)).rejects.toThrow(PlanningError)
})

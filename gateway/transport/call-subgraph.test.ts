import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { parse } from 'graphql'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDeparture } from '../../service/departure.ts'
import {
  type Behaviour,
  failures,
  startTestSubgraph,
  type TestSubgraph,
} from '../test-graph/test-subgraph.ts'
import { createTransport, type SubgraphCall, type Transport } from './call-subgraph.ts'

let subgraph: TestSubgraph
let transport: Transport

beforeAll(async () => {
  subgraph = await startTestSubgraph('greeter', parse('type Query { hello: String }'), {
    Query: { hello: () => 'hi' },
  })
  transport = createTransport({ maxConnections: 1, connectTimeoutMs: 500, maxAnswerBytes: 1000 })
})
afterAll(async () => {
  await transport.close()
  await subgraph.stop()
})
afterEach(async () => {
  await subgraph.recover()
  subgraph.requests.length = 0
})

/** What a subgraph's answers may take. */
const room = { bytesLeft: 0 }
beforeEach(() => {
  room.bytesLeft = 10_000
})

const call = async (options: Partial<SubgraphCall> = {}) => {
  const answer = await transport.call({
    endpoint: transport.endpointOf(new URL(subgraph.url)),
    headers: {},
    body: '{"query":"{ hello }"}',
    isMutation: false,
    deadlineMs: 5000,
    departure: createDeparture().departure,
    room,
    ...options,
  })
  return answer.read()
}

test('an answer comes as GraphQL has it', async () => {
  expect(await call()).toEqual({ data: { hello: 'hi' } })
})

test('connections are kept', async () => {
  const connections = new Set<string>()
  subgraph.behave((response, answer) => {
    connections.add(`${response.socket?.remotePort}`)
    return answer().then((body) => void response.writeHead(200).end(JSON.stringify(body)))
  })
  for (let calls = 0; calls < 5; calls++) await call()
  expect(connections.size).toBe(1)
})

test('an answer within the limit is read, and one above it is not', async () => {
  const filled = (length: number) => ({
    data: { hello: 'x'.repeat(length - '{"data":{"hello":""}}'.length) },
  })
  subgraph.behave((response) => void response.writeHead(200).end(JSON.stringify(filled(1000))))
  expect(await call()).toEqual(filled(1000))
  subgraph.behave((response) => void response.writeHead(200).end(JSON.stringify(filled(1001))))
  await expect(call()).rejects.toMatchObject({ code: 'SUBGRAPH_BAD_RESPONSE' })
})

test.each<[string, Behaviour]>([
  [
    'is encoded, which nobody has asked for',
    (response) =>
      void response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .write(gzipSync(JSON.stringify({ data: { hello: 'x'.repeat(1_000_000) } }))),
  ],
  [
    'says that it is too large',
    (response) => void response.writeHead(200, { 'content-length': 1001 }).write('{'),
  ],
  ['has no end', failures['an endless body']],
  [
    'sends more than it says',
    (response) => response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"data":{}}'),
  ],
])(
  'an answer that %s is a bad one, its connection is closed, and nothing of it is held',
  async (_, behaviour) => {
    subgraph.behave(behaviour)
    await expect(call({ deadlineMs: 5000 })).rejects.toMatchObject({ code: 'SUBGRAPH_BAD_RESPONSE' })
    expect(room.bytesLeft).toBe(10_000)
    const [received] = subgraph.requests
    subgraph.behave((response, answer) =>
      answer().then((body) => void response.writeHead(200).end(JSON.stringify(body))),
    )
    expect(await call()).toEqual({ data: { hello: 'hi' } })
    await received?.cancelled
  },
)

test('answers that come at once are refused when they are too large together', async () => {
  const wide = createTransport({ maxConnections: 2, connectTimeoutMs: 500, maxAnswerBytes: 1000 })
  const { departure, leave } = createDeparture()
  room.bytesLeft = 1500
  try {
    const endpoint = wide.endpointOf(new URL(subgraph.url))
    subgraph.behave((response) => void response.writeHead(200).write('x'.repeat(900)))
    const first = call({ endpoint, departure })
    await expect.poll(() => room.bytesLeft).toBeLessThan(700)
    await expect(call({ endpoint })).rejects.toMatchObject({ code: 'SUBGRAPH_OVERLOADED' })
    leave()
    await expect(first).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    expect(room.bytesLeft).toBe(1500)
  } finally {
    await wide.close()
  }
})

test('an answer in tiny pieces takes the room that these take', async () => {
  subgraph.behave((response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    response.socket?.write('1\r\n \r\n'.repeat(200))
  })
  await expect(call()).rejects.toMatchObject({ code: 'SUBGRAPH_OVERLOADED' })
  expect(room.bytesLeft).toBe(10_000)
  await subgraph.requests[0]?.cancelled
})

describe('all of a call is under its deadline', () => {
  const trickle = (response: ServerResponse, start: string) => {
    response.socket?.write(start)
    const timer = setInterval(() => response.socket?.write(' '), 5)
    response.socket?.once('close', () => clearInterval(timer))
  }

  test.each<[string, Behaviour]>([
    ['its headers, which trickle in', (response) => trickle(response, 'HTTP/1.1 200 OK\r\nx-slow: ')],
    [
      'its body, which trickles in',
      (response) => trickle(response, 'HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{'),
    ],
  ])('%s', async (_, behaviour) => {
    subgraph.behave(behaviour)
    await expect(call({ deadlineMs: 100 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
    await subgraph.requests[0]?.cancelled
  })

  test('finding its address and connecting', async () => {
    const lookup = () => undefined
    const endpoint = transport.endpointOf(new URL('http://nowhere.test/graphql'), { lookup, key: 'hangs' })
    await expect(call({ endpoint, deadlineMs: 50 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
    await expect(call({ endpoint, deadlineMs: 50, isMutation: true })).rejects.toMatchObject({
      code: 'MUTATION_NOT_SENT',
    })
  })
})

test('a call that ran out of time leaves its connection to nobody', async () => {
  subgraph.behave(failures['hung in its body'])
  await expect(call({ deadlineMs: 50 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
  await subgraph.requests[0]?.cancelled
  await subgraph.recover()
  expect(await call()).toEqual({ data: { hello: 'hi' } })
})

describe('what waits for a connection until its time is over', () => {
  async function occupyOnlyConnection() {
    subgraph.behave(failures['hung before its headers'])
    const client = createDeparture()
    const occupant = call({ departure: client.departure }).catch(() => undefined)
    await expect.poll(() => subgraph.requests.length).toBe(1)
    return async () => {
      client.leave()
      await occupant
    }
  }

  test('is never sent', async () => {
    const leave = await occupyOnlyConnection()
    await expect(call({ isMutation: true, deadlineMs: 50 })).rejects.toMatchObject({
      code: 'MUTATION_NOT_SENT',
    })
    await expect(call({ deadlineMs: 50 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
    await leave()
    await subgraph.recover()
    await call()
    expect(subgraph.requests).toHaveLength(2)
  })
})

test('an answer that came in time is read, however late the gateway gets to it', async () => {
  subgraph.behave(async (response, answer) => {
    response.end(JSON.stringify(await answer()))
    const busyUntil = performance.now() + 150
    while (performance.now() < busyUntil);
  })
  expect(await call({ deadlineMs: 100 })).toEqual({ data: { hello: 'hi' } })
})

test('a call without time left is not made', async () => {
  await expect(call({ deadlineMs: 0 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
  await expect(call({ deadlineMs: -1, isMutation: true })).rejects.toMatchObject({
    code: 'MUTATION_NOT_SENT',
  })
  expect(subgraph.requests).toEqual([])
})

test('a host that has no address is as good as down', async () => {
  const endpoint = transport.endpointOf(new URL('http://nowhere.invalid/graphql'))
  await expect(call({ endpoint })).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  await expect(call({ endpoint, isMutation: true })).rejects.toMatchObject({ code: 'MUTATION_NOT_SENT' })
})

describe('a client that goes away', () => {
  /** A call whose answer waits for `release`. */
  async function startCall(isMutation: boolean) {
    const gate = new EventEmitter()
    const client = createDeparture()
    subgraph.behave(async (response, answer) => {
      await once(gate, 'open')
      response.writeHead(200).end(JSON.stringify(await answer()))
    })
    const called = call({ isMutation, departure: client.departure })
    await expect.poll(() => subgraph.requests.length).toBe(1)
    return { called, client, release: () => gate.emit('open') }
  }

  test('ends a query', async () => {
    const { called, client } = await startCall(false)
    client.leave()
    await expect(called).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    await subgraph.requests[0]?.cancelled
  })

  test('ends no mutation', async () => {
    const { called, client, release } = await startCall(true)
    client.leave()
    release()
    expect(await called).toEqual({ data: { hello: 'hi' } })
  })

  test('keeps a query from being sent, and no mutation', async () => {
    const { departure, leave } = createDeparture()
    leave()
    await expect(call({ departure })).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    expect(subgraph.requests).toEqual([])
    expect(await call({ departure, isMutation: true })).toEqual({ data: { hello: 'hi' } })
  })
})

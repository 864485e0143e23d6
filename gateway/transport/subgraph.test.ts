import { EventEmitter, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { networkInterfaces } from 'node:os'
import { parse } from 'graphql'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createDeparture } from '../../service/departure.ts'
import { readGatewayConfig } from '../config.ts'
import {
  answerWith,
  type Behaviour,
  failures,
  startTestSubgraph,
  type TestSubgraph,
} from '../test-graph/test-subgraph.ts'
import { createTransport, type Transport } from './call-subgraph.ts'
import type { ResolveHost } from './replicas.ts'
import { openSubgraph } from './subgraph.ts'

const schema = parse('type Query { hello: String } type Mutation { greet: String }')
const resolvers = { Query: { hello: () => 'hi' }, Mutation: { greet: () => 'hi' } }

let one: TestSubgraph
let other: TestSubgraph
let transport: Transport

beforeAll(async () => {
  one = await startTestSubgraph('greeter', schema, resolvers)
  other = await startTestSubgraph('greeter', schema, resolvers)
  transport = createTransport({ maxConnections: 64, connectTimeoutMs: 500, maxAnswerBytes: 100_000 })
})
afterAll(async () => {
  await transport.close()
  await one.stop()
  await other.stop()
})
afterEach(async () => {
  for (const subgraph of [one, other]) {
    await subgraph.recover()
    subgraph.requests.length = 0
  }
})

interface GreeterOptions {
  urls?: readonly string[]
  env?: Record<string, string>
  resolve?: ResolveHost
  over?: Transport
}

/** A subgraph, with its settings as the environment has them and a clock that can be put forward. */
function open({ urls = [one.url], env = {}, resolve, over = transport }: GreeterOptions = {}) {
  const said: Record<string, unknown>[] = []
  let skipped = 0
  const now = () => performance.now() + skipped
  const subgraph = openSubgraph({
    name: 'greeter',
    addresses: urls.map((url) => new URL(url)),
    transport: over,
    traffic: readGatewayConfig({ SUPERGRAPH: 'test.graphql', ...env }).trafficOf('greeter'),
    deduplicate: false,
    log: pino({ level: 'info' }, { write: (line) => said.push(JSON.parse(line)) }),
    now,
    ...(resolve && { resolve }),
  })
  const ask = async ({
    isMutation = false,
    departure = createDeparture().departure,
    budgetMs = 5000,
  } = {}) => {
    const body = JSON.stringify({ query: isMutation ? 'mutation { greet }' : '{ hello }' })
    const answer = await subgraph.call(
      { body, isMutation },
      {
        subgraphHeaders: {},
        deadlineAt: now() + budgetMs,
        departure,
        audience: () => '',
        staleAges: new Map(),
        client: null,
      },
    )
    return answer.read()
  }
  return {
    subgraph,
    ask,
    /** The codes of so many calls, one after the other. */
    async askOften(times: number, options: Parameters<typeof ask>[0] = {}) {
      const codes: string[] = []
      for (let asked = 0; asked < times; asked++)
        codes.push(
          await ask(options).then(
            () => 'answered',
            ({ code }) => code,
          ),
        )
      return codes
    },
    said,
    skip(ms: number) {
      skipped += ms
    },
  }
}

const hello = { data: { hello: 'hi' } }
const greet = { data: { greet: 'hi' } }
const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value)

const healthy: Behaviour = async (response, answer) =>
  void response.writeHead(200).end(JSON.stringify(await answer()))

/** Fails so many requests, and answers the next ones. */
function failFirst(count: number, failure: Behaviour): Behaviour {
  let failed = 0
  return async (response, answer) => {
    failed += 1
    await (failed <= count ? failure : healthy)(response, answer)
  }
}

const refuseWith =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end()

const noRetries = { RETRIES: '0' }

/** So long, on the clock that can be put forward, that no circuit is tried again by itself. */
const openMs = 100_000
const longOpen = { BREAKER_OPEN_MS: String(openMs), BREAKER_MAX_OPEN_MS: String(2 * openMs) }

describe('a circuit', () => {
  const env = { ...noRetries, ...longOpen, BREAKER_MIN_CALLS: '5' }

  test('that is open refuses at once what would fail, and says so', async () => {
    const { subgraph, askOften } = open({ env })
    await one.refuse()
    expect(subgraph.outage()).toBeNull()
    expect(await askOften(5)).toEqual(times(5, 'SUBGRAPH_UNAVAILABLE'))
    expect(subgraph.outage()).toBe('SUBGRAPH_CIRCUIT_OPEN')
    await one.recover()
    expect(await askOften(1)).toEqual(['SUBGRAPH_CIRCUIT_OPEN'])
    expect(await askOften(1, { isMutation: true })).toEqual(['MUTATION_NOT_SENT'])
    expect(one.requests).toEqual([])
  })

  test('opens after some failures in a row, however well all was before', async () => {
    const { subgraph, askOften } = open({ env })
    expect(await askOften(30)).toEqual(times(30, 'answered'))
    await one.refuse()
    expect(await askOften(4)).toEqual(times(4, 'SUBGRAPH_UNAVAILABLE'))
    expect(subgraph.outage()).toBeNull()
    await askOften(1)
    expect(subgraph.outage()).toBe('SUBGRAPH_CIRCUIT_OPEN')
  })

  test('lets real calls find out that all is well again', async () => {
    const { subgraph, ask, askOften, skip, said } = open({ env: { ...longOpen, BREAKER_MIN_CALLS: '5' } })
    one.behave(failures['a 503 with a page'])
    await askOften(5)
    skip(openMs)
    one.requests.length = 0
    expect(subgraph.outage()).toBeNull()
    expect(await askOften(1)).toEqual(['SUBGRAPH_UNAVAILABLE'])
    expect(subgraph.outage()).toBe('SUBGRAPH_CIRCUIT_OPEN')
    // What tries whether it is well tries it once.
    expect(one.requests).toHaveLength(1)
    await one.recover()
    skip(2 * openMs)
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(times(3, hello))
    expect(subgraph.health()).toMatchObject({ circuit: 'closed' })
    expect(said.map(({ msg }) => msg)).toEqual(['a circuit has opened', 'a circuit has closed'])
  })

  test('takes no more probes than it wants, and has no outage once one is wanted', async () => {
    const { subgraph, ask, askOften, skip } = open({ env: { ...env, BREAKER_PROBES: '1' } })
    one.behave(failures.reset)
    await askOften(5)
    skip(openMs)
    one.behave(failures['hung before its headers'])
    const { departure, leave } = createDeparture()
    const probe = ask({ departure })
    expect(subgraph.outage()).toBe('SUBGRAPH_CIRCUIT_OPEN')
    expect(await askOften(1)).toEqual(['SUBGRAPH_CIRCUIT_OPEN'])
    leave()
    await expect(probe).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    // A client that goes away has found out nothing.
    expect(subgraph.outage()).toBeNull()
  })

  test.each([
    'reset',
    'a 503 with a page',
    'a 500 with data',
    'a 404',
    'not JSON',
    'a truncated body',
    'a list for a response',
    'neither data nor errors',
  ] as const)('is opened by %s', async (kind) => {
    const { subgraph, askOften } = open({ env })
    one.behave(failures[kind])
    await askOften(5)
    expect(subgraph.outage()).toBe('SUBGRAPH_CIRCUIT_OPEN')
  })

  test('is opened by calls that run out of time', async () => {
    const { subgraph, askOften } = open({ env: { ...env, CALL_DEADLINE_MS: '40' } })
    one.behave(failures['hung after its headers'])
    await askOften(5)
    expect(subgraph.outage()).toBe('SUBGRAPH_CIRCUIT_OPEN')
  })

  test.each<[string, Behaviour]>([
    ['a refusal that is a GraphQL response', failures['a refusal of the query']],
    ['errors', answerWith({ data: { hello: null }, errors: [{ message: 'no', path: ['hello'] }] })],
  ])('is not opened by %s', async (_, behaviour) => {
    const { subgraph, askOften } = open({ env })
    one.behave(behaviour)
    expect(await askOften(10)).toEqual(times(10, 'answered'))
    expect(subgraph.outage()).toBeNull()
  })

  test('is not opened by what was left too little time by others', async () => {
    const { subgraph, askOften } = open({ env })
    one.behave(failures['hung before its headers'])
    expect(await askOften(6, { budgetMs: 10 })).toEqual(times(6, 'SUBGRAPH_TIMEOUT'))
    expect(subgraph.outage()).toBeNull()
  })

  test('is not opened by clients that went away', async () => {
    const { subgraph, ask } = open({ env })
    one.behave(failures['hung before its headers'])
    for (let gone = 1; gone <= 6; gone++) {
      const { departure, leave } = createDeparture()
      const asked = ask({ departure }).catch(({ code }) => code)
      await expect.poll(() => one.requests.length).toBe(gone)
      leave()
      expect(await asked).toBe('SUBGRAPH_UNAVAILABLE')
    }
    expect(subgraph.outage()).toBeNull()
  })
})

describe('a query is sent again', () => {
  test.each<[string, Behaviour]>([
    ['its connection is reset', failures.reset],
    ['its connection is reset in the answer', failures['a truncated body']],
    ['the subgraph says 503', failures['a 503 with a page']],
    ['a proxy says 502', refuseWith(502)],
    ['a proxy says 504', refuseWith(504)],
    ['it is told to come again', refuseWith(429, { 'retry-after': '0' })],
  ])('when %s', async (_, failure) => {
    const { ask } = open()
    one.behave(failFirst(2, failure))
    expect(await ask()).toEqual(hello)
    expect(one.requests).toHaveLength(3)
  })

  test('when the subgraph has said so, and not before', async () => {
    const { ask } = open()
    one.behave(failFirst(1, refuseWith(503, { 'retry-after': '1' })))
    const began = performance.now()
    expect(await ask()).toEqual(hello)
    expect(performance.now() - began).toBeGreaterThan(990)
  })
})

describe('a query is not sent again', () => {
  test.each<[string, Behaviour, string]>([
    ['its subgraph says 500', failures['a 500 with data'], 'SUBGRAPH_UNAVAILABLE'],
    ['its answer is none', failures['not JSON'], 'SUBGRAPH_BAD_RESPONSE'],
    [
      'there is no time left for when it may be',
      refuseWith(503, { 'retry-after': '2' }),
      'SUBGRAPH_UNAVAILABLE',
    ],
    [
      'the day when it may be is far',
      refuseWith(429, { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }),
      'SUBGRAPH_UNAVAILABLE',
    ],
  ])('when %s', async (_, failure, code) => {
    const { ask } = open()
    one.behave(failure)
    await expect(ask()).rejects.toMatchObject({ code })
    expect(one.requests).toHaveLength(1)
  })

  test('when it ran out of time', async () => {
    const { ask } = open()
    one.behave(failures['hung before its headers'])
    await expect(ask({ budgetMs: 300 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
    expect(one.requests).toHaveLength(1)
  })

  test('when its client goes away', async () => {
    const { ask } = open()
    const { departure, leave } = createDeparture()
    one.behave(refuseWith(503, { 'retry-after': '1' }))
    const asked = ask({ departure })
    await expect.poll(() => one.requests.length).toBe(1)
    leave()
    await expect(asked).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    expect(one.requests).toHaveLength(1)
  })

  test('when too many have been already', async () => {
    const { askOften } = open({
      env: { RETRY_BUDGET_PERCENT: '10', RETRY_BUDGET_PER_SECOND: '1', BREAKER_MIN_CALLS: '1000' },
    })
    one.behave(refuseWith(503))
    await askOften(100)
    expect(one.requests).toHaveLength(100 + 10 + 10)
  })

  test('when it is a mutation, not even to another replica', async () => {
    const { ask } = open({ urls: [one.url, other.url] })
    for (const failure of [failures.reset, failures['a 503 with a page'], failures['a truncated body']]) {
      for (const subgraph of [one, other]) {
        subgraph.requests.length = 0
        subgraph.behave(failure)
      }
      await expect(ask({ isMutation: true })).rejects.toMatchObject({ code: 'MUTATION_OUTCOME_UNKNOWN' })
      expect(one.requests.length + other.requests.length).toBe(1)
    }
  })
})

describe('what one subgraph can take is bounded', () => {
  const env = { ...noRetries, MAX_CALLS: '1', MAX_QUEUED_CALLS: '1' }

  /** One call is in flight, and its answer waits to be let go. */
  async function occupy() {
    const gate = new EventEmitter()
    const greeter = open({ env })
    one.behave(async (response, answer) => {
      await once(gate, 'open')
      await healthy(response, answer)
    })
    const occupant = greeter.ask()
    await expect.poll(() => one.requests.length).toBe(1)
    const release = async () => {
      one.behave(healthy)
      gate.emit('open')
      expect(await occupant).toEqual(hello)
    }
    return { ...greeter, release }
  }

  test('some wait for their turn, and what is more is refused at once', async () => {
    const { ask, subgraph, release } = await occupy()
    const waiting = ask()
    expect(subgraph.health()).toMatchObject({ inFlight: 1, queued: 1 })
    await expect(ask()).rejects.toMatchObject({ code: 'SUBGRAPH_OVERLOADED' })
    await expect(ask({ isMutation: true })).rejects.toMatchObject({ code: 'MUTATION_NOT_SENT' })
    expect(one.requests).toHaveLength(1)
    await release()
    expect(await waiting).toEqual(hello)
    expect(subgraph.health()).toMatchObject({ inFlight: 0, queued: 0 })
    expect(subgraph.outage()).toBeNull()
  })

  test('nobody waits for longer than there is time, or who has gone; a mutation stays', async () => {
    const { ask, subgraph, release } = await occupy()
    await expect(ask({ budgetMs: 20 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
    await expect(ask({ budgetMs: 20, isMutation: true })).rejects.toMatchObject({ code: 'MUTATION_NOT_SENT' })
    const { departure, leave } = createDeparture()
    const gone = ask({ departure })
    leave()
    await expect(gone).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    expect(subgraph.health()).toMatchObject({ queued: 0 })
    const mutation = ask({ departure, isMutation: true })
    await release()
    expect(await mutation).toEqual(greet)
  })

  test('those who wait are told when its circuit opens', async () => {
    const gate = new EventEmitter()
    const { ask, subgraph } = open({ env: { ...env, MAX_QUEUED_CALLS: '3', BREAKER_MIN_CALLS: '1' } })
    one.behave((response) => void gate.once('reset', () => response.socket?.resetAndDestroy()))
    const calls = [ask(), ask(), ask({ isMutation: true }), ask()]
    const asked = calls.map((call) => call.catch(({ code }) => code))
    await expect.poll(() => one.requests.length).toBe(1)
    gate.emit('reset')
    expect(await Promise.all(asked)).toEqual([
      'SUBGRAPH_UNAVAILABLE',
      'SUBGRAPH_CIRCUIT_OPEN',
      'MUTATION_NOT_SENT',
      'SUBGRAPH_CIRCUIT_OPEN',
    ])
    expect(one.requests).toHaveLength(1)
    expect(subgraph.health()).toMatchObject({ circuit: 'open', inFlight: 0, queued: 0 })
  })

  test('a subgraph that takes all it may takes nothing of another', async () => {
    const { ask, release } = await occupy()
    const waiting = ask()
    const neighbour = open({ urls: [other.url], env })
    expect(await neighbour.ask()).toEqual(hello)
    await release()
    expect(await waiting).toEqual(hello)
  })
})

describe('of several replicas', () => {
  const both = () => [one.url, other.url]

  test('all get their share', async () => {
    const { askOften } = open({ urls: both() })
    expect(await askOften(60)).toEqual(times(60, 'answered'))
    expect(one.requests.length).toBeGreaterThan(5)
    expect(other.requests.length).toBeGreaterThan(5)
  })

  test('the one with less to do is asked', async () => {
    const { ask, askOften } = open({ urls: both() })
    const { departure, leave } = createDeparture()
    const hung: Promise<unknown>[] = []
    const reached = new Promise<void>((resolve) => one.behave(() => resolve()))
    while (one.requests.length === 0) {
      const asked = ask({ departure }).catch(() => undefined)
      hung.push(asked)
      await Promise.race([asked, reached])
    }
    expect(await askOften(30)).toEqual(times(30, 'answered'))
    expect(one.requests).toHaveLength(1)
    leave()
    await Promise.all(hung)
  })

  test('one that is down costs no query, and soon is not asked', async () => {
    const { ask, askOften, subgraph, said } = open({ urls: both(), env: longOpen })
    await one.refuse()
    expect(await askOften(100)).toEqual(times(100, 'answered'))
    expect(await Promise.all(times(20, null).map(() => ask()))).toEqual(times(20, hello))
    expect(subgraph.health()).toMatchObject({ circuit: 'closed', replicas: ['open', 'closed'] })
    expect(said).toMatchObject([
      { msg: 'a replica is left out', subgraph: 'greeter', replica: 0, failures: 5 },
    ])
  })

  test('one that was down is not tried by mutations', async () => {
    const { askOften, subgraph, skip } = open({ urls: both(), env: longOpen })
    one.behave(failures['a 503 with a page'])
    await askOften(40)
    skip(openMs)
    expect(subgraph.health().replicas).toEqual(['half-open', 'closed'])
    expect(await askOften(20, { isMutation: true })).toEqual(times(20, 'answered'))
    expect(subgraph.health().replicas).toEqual(['half-open', 'closed'])
  })

  test('one that takes no connection costs time, and no query', async () => {
    const host = 'http://nowhere.test/graphql'
    let lookups = 0
    const resolve: ResolveHost = () => {
      lookups += 1
      return new Promise(() => undefined)
    }
    const several = open({ urls: [host, other.url], resolve })
    expect(await several.askOften(4)).toEqual(times(4, 'answered'))
    // Where there is no other it is not tried again, as that would take all the time that there is.
    const { askOften } = open({ urls: [host], resolve })
    lookups = 0
    expect(await askOften(1)).toEqual(['SUBGRAPH_UNAVAILABLE'])
    // Beside the traffic, and for the one connection.
    expect(lookups).toBe(2)
  })

  test('one that wants to be left alone for a while keeps no query waiting', async () => {
    const { askOften } = open({ urls: both() })
    one.behave(refuseWith(503, { 'retry-after': '60' }))
    expect(await askOften(20)).toEqual(times(20, 'answered'))
  })

  test('one that is down costs no mutation, as it was not sent', async () => {
    // Without connections: on one that is being closed a mutation would be sent, and its outcome not be known.
    const over = createTransport({ maxConnections: 64, connectTimeoutMs: 500, maxAnswerBytes: 1000 })
    const { askOften } = open({ urls: both(), over })
    await one.refuse()
    expect(await askOften(20, { isMutation: true })).toEqual(times(20, 'answered'))
    expect(other.requests).toHaveLength(20)
    await over.close()
  })

  test('a mutation goes to the next also when its client has gone meanwhile', async () => {
    const over = createTransport({ maxConnections: 64, connectTimeoutMs: 500, maxAnswerBytes: 1000 })
    const { askOften } = open({ urls: both(), over })
    await one.refuse()
    const departure = { isGone: false, listen: (leave: () => void) => leave(), unlisten: () => undefined }
    expect(await askOften(10, { isMutation: true, departure })).toEqual(times(10, 'answered'))
    await over.close()
  })

  test('one that comes back is asked again', async () => {
    const { askOften, skip, subgraph, said } = open({ urls: both(), env: longOpen })
    one.behave(failures['a 503 with a page'])
    await askOften(40)
    skip(openMs)
    await askOften(10)
    await one.recover()
    one.requests.length = 0
    skip(2 * openMs)
    expect(await askOften(40)).toEqual(times(40, 'answered'))
    expect(one.requests.length).toBeGreaterThan(5)
    expect(subgraph.health().replicas).toEqual(['closed', 'closed'])
    expect(said.map(({ msg }) => msg)).toEqual(['a replica is left out', 'a replica is back'])
  })

  test('a restart of one under load loses no query', async () => {
    const { ask, subgraph } = open({ urls: both() })
    const results: unknown[] = []
    let isOver = false
    const load = times(16, null).map(async () => {
      while (!isOver) results.push(await ask().catch(({ code }) => code))
    })
    const answered = async (more: number) => {
      const until = results.length + more
      await expect.poll(() => results.length, { timeout: 20_000 }).toBeGreaterThan(until)
    }
    for (let restarts = 0; restarts < 3; restarts++) {
      await answered(200)
      await one.refuse()
      await answered(200)
      await one.recover()
      await expect.poll(() => subgraph.health().replicas, { timeout: 20_000 }).toEqual(['closed', 'closed'])
    }
    isOver = true
    await Promise.all(load)
    expect(results.filter((result) => typeof result === 'string')).toEqual([])
  })

  test('all that are down are asked as long as the circuit is closed, and none is once it is open', async () => {
    const { subgraph, askOften } = open({ urls: both(), env: { ...noRetries, ...longOpen } })
    await one.refuse()
    await other.refuse()
    expect(await askOften(20)).toEqual(times(20, 'SUBGRAPH_UNAVAILABLE'))
    expect(subgraph.outage()).toBe('SUBGRAPH_CIRCUIT_OPEN')
    expect(await askOften(1)).toEqual(['SUBGRAPH_CIRCUIT_OPEN'])
  })
})

describe('a slow query, where hedging is asked for,', () => {
  const env = { HEDGE_AFTER_MS: '20' }

  test('is sent to another replica as well; the first answer counts, and the other call is ended', async () => {
    const { ask } = open({ urls: [one.url, other.url], env })
    one.behave(failures['hung before its headers'])
    for (let asked = 0; asked < 10 && one.requests.length === 0; asked++) expect(await ask()).toEqual(hello)
    await one.requests[0]?.cancelled
    expect(other.requests.length).toBeGreaterThan(0)
  })

  test('is ended everywhere when its client goes away', async () => {
    const { ask } = open({ urls: [one.url, other.url], env })
    for (const subgraph of [one, other]) subgraph.behave(failures['hung before its headers'])
    const { departure, leave } = createDeparture()
    const asked = ask({ departure })
    await expect.poll(() => one.requests.length + other.requests.length).toBe(2)
    leave()
    await expect(asked).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    await Promise.all([one.requests[0]?.cancelled, other.requests[0]?.cancelled])
  })

  test('does not hide a replica that hangs, which is left out', async () => {
    const { askOften, subgraph } = open({ urls: [one.url, other.url], env: { ...env, ...longOpen } })
    one.behave(failures['hung before its headers'])
    expect(await askOften(40)).toEqual(times(40, 'answered'))
    expect(one.requests.length).toBeLessThan(20)
    expect(subgraph.health()).toMatchObject({ circuit: 'closed', replicas: ['open', 'closed'] })
  })

  test('is lost only when both are', async () => {
    const { ask } = open({ urls: [one.url, other.url], env: { ...env, ...noRetries } })
    const onceBothAreAsked =
      (behaviour: Behaviour): Behaviour =>
      async (response, answer) => {
        await expect.poll(() => one.requests.length + other.requests.length).toBe(2)
        await behaviour(response, answer)
      }
    one.behave(onceBothAreAsked(failures.reset))
    other.behave(onceBothAreAsked(healthy))
    expect(await ask()).toEqual(hello)
    one.requests.length = 0
    other.requests.length = 0
    other.behave(onceBothAreAsked(failures.reset))
    await expect(ask()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  })

  test('is sent once where the budget is used up; a mutation always is', async () => {
    const { ask } = open({ env: { ...env, RETRY_BUDGET_PERCENT: '0', RETRY_BUDGET_PER_SECOND: '0' } })
    one.behave(failures['hung before its headers'])
    await expect(ask({ budgetMs: 300 })).rejects.toMatchObject({ code: 'SUBGRAPH_TIMEOUT' })
    expect(one.requests).toHaveLength(1)
    const mutating = open({ env })
    await expect(mutating.ask({ isMutation: true, budgetMs: 300 })).rejects.toMatchObject({
      code: 'MUTATION_OUTCOME_UNKNOWN',
    })
    expect(one.requests).toHaveLength(2)
  })

  test('is one that takes longer than most, once it is known how long they take', async () => {
    const { ask, askOften } = open({ env: { HEDGE_AFTER_PERCENTILE: '90' } })
    await askOften(60)
    one.requests.length = 0
    one.behave(failFirst(1, failures['hung before its headers']))
    expect(await ask()).toEqual(hello)
    expect(one.requests).toHaveLength(2)
  })
})

test('localhost is one replica, whichever way leads to it', async () => {
  const { askOften, subgraph } = open({ urls: [one.url.replace('127.0.0.1', 'localhost')] })
  expect(await askOften(10)).toEqual(times(10, 'answered'))
  expect(subgraph.health().replicas).toEqual(['closed'])
})

// Only Linux has more than one address of its own to listen on.
describe.runIf(process.platform === 'linux')('a host that has several addresses', () => {
  const first = { address: '127.0.0.1', family: 4 }
  const second = { address: '127.0.0.2', family: 4 }
  const sixth = { address: '::1', family: 6 }
  const hasIpv6 = Object.values(networkInterfaces()).some((own) =>
    own?.some(({ address }) => address === '::1'),
  )
  const asked: string[] = []
  const servers: Server[] = []
  let url = ''

  async function listen(address: string, port: number) {
    const server = createServer((request, response) => {
      asked.push(address)
      request.resume()
      response.end(JSON.stringify(hello))
    })
    server.listen(port, address)
    servers.push(server)
    await once(server, 'listening')
    const bound = server.address()
    return typeof bound === 'object' ? (bound?.port ?? 0) : 0
  }

  beforeAll(async () => {
    const port = await listen('127.0.0.1', 0)
    await listen('127.0.0.2', port)
    if (hasIpv6) await listen('::1', port)
    url = `http://greeter.test:${port}/graphql`
  })
  afterAll(() => servers.map((server) => server.close()))
  afterEach(() => {
    asked.length = 0
  })

  /** What a name server knows. */
  function startResolver(known: { address: string; family: number }[]) {
    const names: string[] = []
    const records = { known, fails: false }
    const resolve: ResolveHost = async (hostname) => {
      names.push(hostname)
      if (records.fails) throw new Error('no name server answers')
      return records.known
    }
    return { resolve, records, names }
  }

  const askedAt = () => [...new Set(asked)].sort()

  test('is as many replicas', async () => {
    const { resolve } = startResolver([first, second])
    const { askOften, subgraph } = open({ urls: [url], resolve })
    expect(await askOften(40)).toEqual(times(40, 'answered'))
    expect(askedAt()).toEqual(['127.0.0.1', '127.0.0.2'])
    expect(subgraph.health().replicas).toHaveLength(2)
  })

  const connectionsTo = (server: Server | undefined) =>
    new Promise((resolve) => server?.getConnections((_, count) => resolve(count)))

  test('is looked up again once its addresses are old, and not before', async () => {
    const { resolve, records, names } = startResolver([first])
    const over = createTransport({ maxConnections: 64, connectTimeoutMs: 500, maxAnswerBytes: 1000 })
    const before = await connectionsTo(servers[0])
    const { askOften, skip, subgraph } = open({ urls: [url], resolve, over, env: { DNS_TTL_MS: '1000' } })
    await askOften(20)
    records.known = [second]
    const lookups = names.length
    await askOften(20)
    expect(names).toHaveLength(lookups)
    expect(askedAt()).toEqual(['127.0.0.1'])
    skip(1000)
    await askOften(1)
    asked.length = 0
    expect(await askOften(20)).toEqual(times(20, 'answered'))
    expect(askedAt()).toEqual(['127.0.0.2'])
    expect(subgraph.health().replicas).toHaveLength(1)
    // What is not asked any more is left.
    await expect.poll(() => connectionsTo(servers[0])).toBe(before)
    await over.close()
  })

  test('is where it was while nobody knows where it is', async () => {
    const { resolve, records } = startResolver([first])
    const { askOften, skip } = open({ urls: [url], resolve, env: { DNS_TTL_MS: '1000' } })
    await askOften(5)
    records.fails = true
    skip(1000)
    expect(await askOften(5)).toEqual(times(5, 'answered'))
    records.fails = false
    records.known = []
    skip(1000)
    expect(await askOften(5)).toEqual(times(5, 'answered'))
  })

  test.runIf(hasIpv6)('is one replica where these are two ways to it, of which one is enough', async () => {
    // Of these two only the one of the other family is there.
    const { resolve } = startResolver([{ address: '127.0.0.3', family: 4 }, sixth])
    const { askOften, subgraph } = open({ urls: [url], resolve })
    expect(await askOften(10)).toEqual(times(10, 'answered'))
    expect(subgraph.health().replicas).toHaveLength(1)
    expect(askedAt()).toEqual(['::1'])
  })
})

import { describe, expect, test } from 'vitest'
import { type CallOutcome, type CircuitChange, createCircuitBreaker } from './circuit-breaker.ts'

const settings = {
  windowMs: 10_000,
  minCalls: 10,
  failureShare: 0.5,
  slowShare: 0.8,
  slowCallMs: 1000,
  openMs: 1000,
  maxOpenMs: 4000,
  probes: 2,
}

function start({ maxFailuresInARow }: { maxFailuresInARow?: number } = {}) {
  let time = 5_000_000
  const changes: CircuitChange[] = []
  const breaker = createCircuitBreaker({
    settings,
    now: () => time,
    onChange: (change) => changes.push(change),
    ...(maxFailuresInARow !== undefined && { maxFailuresInARow }),
  })
  const call = (outcome: CallOutcome, { times = 1, durationMs = 5 } = {}) => {
    for (let made = 0; made < times; made++) breaker.end(breaker.begin(), outcome, time - durationMs)
  }
  return {
    breaker,
    changes,
    now: () => time,
    call,
    wait(ms: number) {
      time += ms
    },
    /** Opened, and with its time over. */
    openAndWait() {
      call('failed', { times: settings.minCalls })
      time += settings.openMs
    },
    states: () => changes.map(({ state }) => state),
  }
}

describe('a circuit opens', () => {
  test('when as many of its calls fail as may not, and there were enough', () => {
    const { breaker, call, changes } = start()
    call('answered', { times: 5 })
    call('failed', { times: 4 })
    expect(breaker.mayCall()).toBe(true)
    call('failed')
    expect(breaker.mayCall()).toBe(false)
    expect(breaker.state()).toBe('open')
    expect(changes).toEqual([
      { state: 'open', from: 'closed', calls: 10, failures: 5, slow: 0, openMs: expect.any(Number) },
    ])
  })

  test('when most of its calls are slow, although they are answered', () => {
    const { breaker, call } = start()
    call('answered', { times: 2 })
    call('answered', { times: 7, durationMs: 1000 })
    expect(breaker.state()).toBe('closed')
    call('answered', { durationMs: 1000 })
    expect(breaker.state()).toBe('open')
  })

  test('by what happens now: a slow answer does not bring up failures of before', () => {
    const { breaker, call, wait } = start()
    call('answered', { times: 200 })
    wait(4000)
    call('failed', { times: 190 })
    call('answered', { times: 60 })
    wait(8000)
    call('answered', { durationMs: 1000 })
    expect(breaker.state()).toBe('closed')
    call('failed')
    expect(breaker.state()).toBe('open')
  })

  test('when nobody waits for its slow calls to end', () => {
    const { breaker, call } = start()
    call('unknown', { times: 10, durationMs: 1500 })
    expect(breaker.state()).toBe('open')
  })

  test('when what looked like answers was none', () => {
    const { now, breaker } = start()
    for (let made = 0; made < 10; made++) {
      const ticket = breaker.begin()
      breaker.end(ticket, 'answered', now() - 5)
      breaker.retract(ticket)
    }
    expect(breaker.state()).toBe('open')
  })

  test('after some failures in a row, where that is wanted', () => {
    const { breaker, call } = start({ maxFailuresInARow: 3 })
    call('failed', { times: 2 })
    call('answered')
    call('failed', { times: 2 })
    expect(breaker.state()).toBe('closed')
    call('failed')
    expect(breaker.state()).toBe('open')
  })
})

describe('a circuit stays closed', () => {
  test('whatever few calls say', () => {
    const { breaker, call } = start()
    call('failed', { times: 9 })
    expect(breaker.state()).toBe('closed')
  })

  test('whatever clients that went away would have been told', () => {
    const { breaker, call } = start()
    call('unknown', { times: 100 })
    expect(breaker.state()).toBe('closed')
  })

  test.each([10_000, 13_700, 61_200, 3_600_000])('whatever was %i ms ago', (ms) => {
    const { breaker, call, wait } = start()
    call('failed', { times: 9 })
    wait(ms)
    call('failed')
    expect(breaker.state()).toBe('closed')
  })

  test('and remembers what was a moment ago', () => {
    const { breaker, call, wait } = start()
    call('failed', { times: 9 })
    wait(8000)
    call('failed')
    expect(breaker.state()).toBe('open')
  })
})

describe('an open circuit', () => {
  test('lets few calls through once its time is over, and closes when they are answered', () => {
    const { now, breaker, openAndWait, states } = start()
    openAndWait()
    expect(breaker.state()).toBe('half-open')
    const tickets = [breaker.begin(), breaker.begin()]
    expect(breaker.mayCall()).toBe(false)
    for (const ticket of tickets) breaker.end(ticket, 'answered', now() - 5)
    expect(breaker.state()).toBe('closed')
    expect(states()).toEqual(['open', 'half-open', 'closed'])
  })

  test('lets one more through for each that nobody waited for', () => {
    const { now, breaker, openAndWait } = start()
    openAndWait()
    breaker.begin()
    const ticket = breaker.begin()
    breaker.end(ticket, 'unknown', now() - 5)
    expect(breaker.mayCall()).toBe(true)
    expect(breaker.state()).toBe('half-open')
  })

  test.each([
    ['failed', 5],
    ['answered', 1000],
  ] as const)('opens again when its probes have %s after %i ms', (outcome, durationMs) => {
    const { now, breaker, openAndWait } = start()
    openAndWait()
    for (const ticket of [breaker.begin(), breaker.begin()]) breaker.end(ticket, outcome, now() - durationMs)
    expect(breaker.state()).toBe('open')
  })

  test('opens again when a probe turns out to be no answer', () => {
    const { now, breaker, openAndWait } = start()
    openAndWait()
    const ticket = breaker.begin()
    breaker.end(ticket, 'answered', now() - 5)
    breaker.retract(ticket)
    expect(breaker.state()).toBe('open')
  })

  test('is open for longer each time, up to a limit, and from the start once it has closed', () => {
    const { breaker, call, wait, changes } = start()
    const openTimes = () => changes.filter(({ state }) => state === 'open').map(({ openMs }) => openMs)
    call('failed', { times: 10 })
    for (let tries = 0; tries < 4; tries++) {
      wait(settings.maxOpenMs)
      call('failed')
    }
    const limits = [1000, 2000, 4000, 4000, 4000]
    for (const [at, openMs] of openTimes().entries()) {
      expect(openMs).toBeGreaterThanOrEqual((limits[at] ?? 0) / 2)
      expect(openMs).toBeLessThanOrEqual(limits[at] ?? 0)
    }
    wait(settings.maxOpenMs)
    call('answered', { times: 2 })
    expect(breaker.state()).toBe('closed')
    call('failed', { times: 10 })
    expect(openTimes().at(-1)).toBeLessThanOrEqual(1000)
  })

  test('is told nothing by calls that were made before', () => {
    const { now, breaker, call, wait } = start()
    const late = [breaker.begin(), breaker.begin(), breaker.begin(), breaker.begin()]
    call('failed', { times: 10 })
    const [first = 0, ...others] = late
    breaker.end(first, 'answered', now() - 5)
    expect(breaker.state()).toBe('open')
    wait(1000)
    breaker.begin()
    for (const ticket of others) breaker.end(ticket, 'failed', now() - 5)
    expect(breaker.state()).toBe('half-open')
  })
})

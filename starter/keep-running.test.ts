import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { backOffMs, keepRunning } from './keep-running.ts'

test('the wait before a restart grows from an eighth of a second to ten seconds at most', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, random) => {
        const waitMs = backOffMs(failures, random)
        expect(waitMs).toBeGreaterThanOrEqual(125)
        expect(waitMs).toBeLessThanOrEqual(10_000)
        expect(backOffMs(failures + 1, random)).toBeGreaterThanOrEqual(waitMs)
      },
    ),
  )
})

/** Processes that end when a test says so. */
function createProcesses({ failingStarts = 0 } = {}) {
  let attempts = 0
  const ends: ((how: string) => void)[] = []
  return {
    attempts: () => attempts,
    endLast: (how: string) => ends.at(-1)?.(how),
    async start() {
      attempts += 1
      if (attempts > 1 && attempts <= 1 + failingStarts) throw new Error('no room')
      const pid = attempts
      return { pid, exited: new Promise<string>((resolve) => ends.push(resolve)) }
    },
  }
}

test('a process that ends is started again, and again when that fails', async () => {
  const processes = createProcesses({ failingStarts: 2 })
  const lines: string[] = []
  const kept = keepRunning({
    name: 'reviews',
    start: processes.start,
    onChange: () => undefined,
    say: (line) => lines.push(line),
    random: () => 0,
  })
  await kept.start()
  processes.endLast('was killed (SIGKILL)')
  await vi.waitFor(() => expect(kept.current()?.pid).toBe(4), 10_000)
  expect(lines).toEqual([
    expect.stringMatching(/^reviews was killed \(SIGKILL\): .* 0\.1 s/),
    expect.stringMatching(/no room.* 0\.3 s/s),
    expect.stringMatching(/no room.* 0\.5 s/s),
  ])
})

test('a process that was let go stays down, also while its restart is awaited', async () => {
  const processes = createProcesses()
  const changes: (number | null)[] = []
  const kept = keepRunning({
    name: 'reviews',
    start: processes.start,
    onChange: (process) => changes.push(process?.pid ?? null),
    say: () => undefined,
    random: () => 0,
  })
  await kept.start()
  processes.endLast('ended with code 1')
  await vi.waitFor(() => expect(changes).toEqual([1, null]))
  expect(await kept.release()).toBeNull()

  await kept.start()
  expect(kept.current()?.pid).toBe(2)
  expect(processes.attempts()).toBe(2)
})

test('the end of a process says nothing about the one that was started after it', async () => {
  const processes = createProcesses()
  const kept = keepRunning({
    name: 'reviews',
    start: processes.start,
    onChange: () => undefined,
    say: () => undefined,
  })
  await kept.start()
  const first = await kept.release()
  const endFirst = processes.endLast
  endFirst('was killed (SIGKILL)')
  await kept.start()
  await first?.exited
  expect(kept.current()?.pid).toBe(2)
})

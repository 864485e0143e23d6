import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Prisma, PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { Logger } from '../../../service/log.ts'
import { reason } from '../../kit/database/errors.ts'
import { claimDue, claimOne, type LogEntry, type Stand, writeStand } from './checkout-log.ts'
import type { Checkout, Outcome } from './checkout-state.ts'
import { type CheckoutStep, checkoutSteps, type StepResult, type StepTools } from './checkout-steps.ts'

type Transaction = Prisma.TransactionClient

interface RunnerOptions {
  prisma: PrismaClient
  tools: StepTools
  log: Logger
  /** So long whoever drives a checkout may be silent before another takes over. Longer than any call may take. */
  leaseMs: number
  /** So often a step is tried before the money is taken; then the shopper is told to come back. */
  maxAttempts: number
  /** Called between any two things that a crash could part: `reserveStock begun`, `reserveStock acted`, …; for tests. */
  checkpoint?: ((name: string, checkout: Checkout) => Promise<void>) | undefined
}

/** Between the attempts at a step. */
const firstPauseMs = 100
const longestPauseMs = 60_000
/** A longer pause than this is not waited for: the checkout is let go of, and taken up when it is due. */
const patienceMs = 1_000
/** How many checkouts are taken up at once. */
const most = 10
/** How soon a shopper is told to try again. */
const retryAfterSeconds = 10

/** What becomes of a checkout: how it stands, what the log says of that, and what else is written with it. */
interface Turn {
  changes: Partial<Stand>
  entries: LogEntry[]
  record?: ((tx: Transaction) => Promise<unknown>) | undefined
}

interface Drive {
  ended: Promise<void>
  /** Resolved as soon as it is known what to tell the shopper. */
  known: Promise<void>
}

const indexOf = ({ step }: Checkout): number => checkoutSteps.findIndex(({ name }) => name === step)

const undoing = (step: CheckoutStep, outcome: Outcome): Pick<Turn, 'changes' | 'entries'> => ({
  changes: { status: 'UNDOING', outcome, keyFreed: outcome.type === 'unavailable' },
  entries: [
    { step: step.name, event: 'failed', detail: { outcome: outcome.type } },
    { step: step.name, event: 'undoing' },
  ],
})

/** What follows from how a step has ended. */
function turnAfter(checkout: Checkout, step: CheckoutStep, result: StepResult): Turn {
  const { record } = result
  if (result.next === 'undo') return { ...undoing(step, result.outcome), record }
  if (result.next === 'wait') {
    const { outcome, pollMs: dueInMs } = result
    const status = outcome === null ? 'RUNNING' : 'ACTION_NEEDED'
    // One attempt was made, so that the next one begins by asking how it stands.
    return {
      changes: { status, outcome, dueInMs, leaseMs: 0, attempts: 1 },
      entries: [{ step: step.name, event: 'waiting' }],
      record,
    }
  }
  const state = { ...checkout.state, ...result.state }
  const done: LogEntry = { step: step.name, event: 'done' }
  const next = checkoutSteps[indexOf(checkout) + 1]
  if (next !== undefined) {
    return {
      changes: { status: 'RUNNING', state, outcome: null, step: next.name },
      entries: [done, { step: next.name, event: 'begun' }],
      record,
    }
  }
  const outcome: Outcome = { type: 'order placed', orderId: state.orderId }
  return {
    changes: { status: 'COMPLETED', state, outcome, dueInMs: null, leaseMs: 0, ended: true },
    entries: [done],
    record,
  }
}

/** What follows from a step having been undone. */
function turnAfterUndo(checkout: Checkout, step: CheckoutStep, state: Checkout['state']): Turn {
  const undone: LogEntry = { step: step.name, event: 'undone' }
  const keyFreed = checkout.outcome?.type === 'unavailable'
  const before = checkoutSteps[indexOf(checkout) - 1]
  return before === undefined
    ? {
        changes: { status: 'UNDONE', state, dueInMs: null, leaseMs: 0, ended: true, keyFreed },
        entries: [undone],
      }
    : {
        changes: { step: before.name, state, keyFreed },
        entries: [undone, { step: before.name, event: 'undoing' }],
      }
}

/** Somebody else has taken the checkout over: whoever was too slow for that writes nothing more. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export type CheckoutRunner = ReturnType<typeof createCheckoutRunner>

/** Drives checkouts to their end, step by step, each of them by one process at a time. */
export function createCheckoutRunner({
  prisma,
  tools,
  log,
  leaseMs,
  maxAttempts,
  checkpoint = async () => undefined,
}: RunnerOptions) {
  const stopping = new AbortController()
  // Each checkout that pauses listens.
  setMaxListeners(0, stopping.signal)
  const drives = new Map<string, Drive>()

  /**
   * @returns how it stands now; null when it has ended, or was let go of.
   * @throws {LeaseLost} which also takes back what its transaction has done so far.
   */
  async function write(
    tx: Transaction,
    checkout: Checkout,
    { changes, entries, record }: Turn,
  ): Promise<Checkout | null> {
    const { status, step, state, outcome } = checkout
    const unchanged = { status, step, state, outcome, attempts: 0, dueInMs: 0, leaseMs }
    const stand: Stand = { ...unchanged, ended: false, keyFreed: false, ...changes }
    // The token of the way to pay has done its work.
    if (stand.ended)
      stand.state = { ...stand.state, request: { ...stand.state.request, paymentMethod: null } }
    if (!(await writeStand(tx, checkout, stand, entries))) throw new LeaseLost()
    await record?.(tx)
    return stand.leaseMs === 0 ? null : { ...checkout, ...stand }
  }

  const writeAlone = (checkout: Checkout, turn: Turn) =>
    turn.record === undefined
      ? write(prisma, checkout, turn)
      : prisma.$transaction((tx) => write(tx, checkout, turn))

  async function forward(checkout: Checkout, step: CheckoutStep): Promise<Checkout | null> {
    await checkpoint(`${step.name} begun`, checkout)
    const next =
      step.where === 'here'
        ? await prisma.$transaction(async (tx) => {
            const result = await step.act(checkout, tx, tools)
            await checkpoint(`${step.name} acted`, checkout)
            return write(tx, checkout, turnAfter(checkout, step, result))
          })
        : await actElsewhere(checkout, step)
    await checkpoint(`${step.name} recorded`, checkout)
    return next
  }

  async function actElsewhere(checkout: Checkout, step: CheckoutStep & { where: 'elsewhere' }) {
    const result = await step.act(checkout, tools)
    await checkpoint(`${step.name} acted`, checkout)
    return writeAlone(checkout, turnAfter(checkout, step, result))
  }

  async function backward(checkout: Checkout, step: CheckoutStep): Promise<Checkout | null> {
    await checkpoint(`${step.name} undoing`, checkout)
    if (step.where === 'here') {
      return prisma.$transaction(async (tx) => {
        await step.undo(checkout, tx, tools)
        await checkpoint(`${step.name} taken back`, checkout)
        return write(tx, checkout, turnAfterUndo(checkout, step, checkout.state))
      })
    }
    const { state, record } = await step.undo(checkout, tools)
    await checkpoint(`${step.name} taken back`, checkout)
    return writeAlone(checkout, {
      ...turnAfterUndo(checkout, step, { ...checkout.state, ...state }),
      record,
    })
  }

  /** A step could not be taken, or not be undone, or nobody knows: again, or enough of it. */
  async function failed(checkout: Checkout, step: CheckoutStep, error: unknown): Promise<Checkout | null> {
    const attempts = checkout.attempts + 1
    const line = { checkoutId: checkout.id, step: step.name, attempts, reason: reason(error) }
    if (attempts === 10) log.error(line, 'a step of a checkout still can not be taken')
    else if (attempts === 1) log.warn(line, 'a step of a checkout could not be taken, and is tried again')

    const isEnough = attempts >= maxAttempts || checkout.giveUpAt <= new Date()
    if (checkout.status === 'RUNNING' && !step.mustEnd && isEnough)
      return write(prisma, checkout, undoing(step, { type: 'unavailable', retryAfterSeconds }))

    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts - 1, 20))
    const next = await write(prisma, checkout, {
      changes: {
        attempts,
        dueInMs: pauseMs,
        leaseMs: pauseMs <= patienceMs ? leaseMs : 0,
        keyFreed: checkout.outcome?.type === 'unavailable',
      },
      entries: [{ step: step.name, event: 'failed', detail: { attempts } }],
    })
    if (next !== null) await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    return next
  }

  async function drive(first: Checkout, onKnown: () => void): Promise<void> {
    let checkout: Checkout | null = first
    while (checkout !== null) {
      const now: Checkout = checkout
      if (now.outcome !== null && now.status === 'UNDOING') onKnown()
      const step = checkoutSteps[indexOf(now)]
      if (step === undefined) throw new Error(`there is no step ${JSON.stringify(now.step)}`)
      if (stopping.signal.aborted) {
        // Whoever else is there may take it up at once.
        await writeStand(
          prisma,
          now,
          {
            ...now,
            dueInMs: 0,
            leaseMs: 0,
            ended: false,
            keyFreed: now.outcome?.type === 'unavailable',
          },
          [{ step: now.step, event: 'waiting' }],
        )
        return
      }
      const go = now.status === 'UNDOING' ? backward : forward
      checkout = await go(now, step).catch((error: unknown) => {
        if (error instanceof LeaseLost) throw error
        return failed(now, step, error)
      })
    }
  }

  /** Drives a checkout that this process holds. Anybody may wait for it. */
  function start(checkout: Checkout): Drive {
    let onKnown = () => {}
    const known = new Promise<void>((resolve) => {
      onKnown = resolve
    })
    const ended = drive(checkout, onKnown)
      .catch((error: unknown) => {
        if (error instanceof LeaseLost) return
        // Whatever it was, it is taken up again when its lease has run out.
        log.error({ checkoutId: checkout.id, reason: reason(error) }, 'a checkout could not be driven')
      })
      .finally(() => {
        drives.delete(checkout.id)
        onKnown()
      })
    const started = { ended, known }
    drives.set(checkout.id, started)
    return started
  }

  return {
    start,
    leaseMs,
    /** Drives one that is due, or that waits for the shopper, unless somebody is at it. */
    async takeUp(id: string): Promise<Drive | null> {
      const checkout = await claimOne(prisma, id, leaseMs)
      return checkout === null ? null : start(checkout)
    },
    /** Drives all that is due and held by nobody. @returns how many that was. */
    async recover(): Promise<number> {
      const due = await claimDue(prisma, { most: Math.max(0, most - drives.size), leaseMs })
      for (const checkout of due) start(checkout)
      return due.length
    },
    driving: () => drives.size,
    /** Ends the step that each is at, and lets go of it. */
    async stop(): Promise<void> {
      stopping.abort()
      await Promise.all([...drives.values()].map(({ ended }) => ended))
    },
  }
}

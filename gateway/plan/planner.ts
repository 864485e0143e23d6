import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { QueryPlan } from '@apollo/query-planner'
import type { Overrides } from './override-labels.ts'

/** What can't be planned, or not in time; its message is for the log. */
export class PlanningError extends Error {
  override readonly name = 'PlanningError'
}

export interface PlanOptions {
  overrides?: Overrides | undefined
  /** The subgraphs that nobody is to be asked of. What can't be had without them is left out of the plan. */
  without?: readonly string[] | undefined
}

/** Plans on one supergraph. */
export interface Planner {
  /** @throws {PlanningError} when there is no plan, or none within the time. */
  plan(text: string, options?: PlanOptions): Promise<QueryPlan>
  close(): void
}

export interface PlannerThread {
  /** @throws {PlanningError} when the supergraph can't be planned on */
  open(sdl: string): Promise<Planner>
  close(): Promise<void>
}

interface PlannerThreadOptions {
  /** For one plan, from when its turn comes. */
  planDeadlineMs?: number
  /** For reading a supergraph, and for starting the thread. */
  openDeadlineMs?: number
}

interface Job {
  supergraph: number
  /** Given where the supergraph is to be opened. */
  sdl?: string
  /** Given where an operation is to be planned. */
  text?: string
  options?: PlanOptions
  deadlineMs: number
  resolve(plan: QueryPlan | undefined): void
  reject(error: Error): void
}

/** What the worker says of a job. */
interface Answer {
  id: number
  plan?: QueryPlan
  failed?: string
}

/** Bundles stand elsewhere than their sources; the starter says where. */
const workerFile = process.env.ARCADE_BUILD
  ? path.resolve(process.env.ARCADE_BUILD, 'gateway/plan/planner-worker.js')
  : new URL('./planner-worker.js', import.meta.url)

const plannerYoungMb = 48

/**
 * Starts a thread that plans. It does one job after the other; when one takes too long, the thread is ended with it,
 * since there is no other way to make it stop, and the next job goes on in a new thread.
 */
export function startPlannerThread({
  planDeadlineMs = 10_000,
  openDeadlineMs = 60_000,
}: PlannerThreadOptions = {}): PlannerThread {
  const queue: Job[] = []
  /** By number: what a new thread has to open again. */
  const opened = new Map<number, string>()
  let known = new Set<number>()
  let current: (Job & { id: number }) | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let nextId = 0
  let worker = startWorker()

  function startWorker(): Worker {
    // It plans now and then: what the process is given for young objects is meant for the requests.
    const resourceLimits = { maxYoungGenerationSizeMb: plannerYoungMb }
    const started = new Worker(workerFile, { name: 'planner', resourceLimits })
    // Nobody waits for a planner that has nothing to do.
    started.unref()
    started.on('message', (answer: Answer) => {
      if (started === worker) take(answer)
    })
    started.on('error', ({ message }) => {
      if (started === worker) giveUp(`the planner failed: ${message}`)
    })
    return started
  }

  function settle(): Job | null {
    clearTimeout(timer)
    const settled = current
    current = null
    return settled
  }

  function take({ id, plan, failed }: Answer): void {
    if (id !== current?.id) return
    const settled = settle()
    if (failed === undefined) settled?.resolve(plan)
    else settled?.reject(new PlanningError(failed))
    next()
  }

  function giveUp(reason: string): void {
    const settled = settle()
    void worker.terminate()
    known = new Set()
    worker = startWorker()
    settled?.reject(new PlanningError(reason))
    next()
  }

  function next(): void {
    const job = current || isClosed ? undefined : queue.shift()
    if (!job) return
    const { supergraph, text, options: { overrides, without = [] } = {}, deadlineMs } = job
    const isNew = !known.has(supergraph)
    known.add(supergraph)
    current = { ...job, id: nextId++ }
    // A thread that has just begun has to read the supergraph first.
    const timeMs = isNew ? deadlineMs + openDeadlineMs : deadlineMs
    timer = setTimeout(() => giveUp(`it took longer than ${timeMs} ms`), timeMs)
    const sdl = job.sdl ?? (isNew ? opened.get(supergraph) : undefined)
    worker.postMessage({ id: current.id, supergraph, text, overrides, without, sdl })
  }

  function run(job: Omit<Job, 'resolve' | 'reject'>): Promise<QueryPlan | undefined> {
    return new Promise((resolve, reject) => {
      if (isClosed) return reject(new PlanningError('the planner is closed'))
      queue.push({ ...job, resolve, reject })
      next()
    })
  }

  return {
    async open(sdl) {
      const supergraph = nextId++
      await run({ supergraph, sdl, deadlineMs: openDeadlineMs })
      opened.set(supergraph, sdl)
      return {
        async plan(text, options) {
          const plan = await run({
            supergraph,
            text,
            ...(options && { options }),
            deadlineMs: planDeadlineMs,
          })
          if (!plan) throw new PlanningError('there is no plan')
          return plan
        },
        close() {
          opened.delete(supergraph)
          known.delete(supergraph)
          if (!isClosed) worker.postMessage({ supergraph })
        },
      }
    },
    async close() {
      isClosed = true
      const left = [settle(), ...queue.splice(0)]
      for (const job of left) job?.reject(new PlanningError('the planner is closed'))
      await worker.terminate()
    },
  }
}

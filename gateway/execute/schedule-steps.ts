import { type ConditionValues, isWanted } from '../plan/fetch-field.ts'
import type { ExecutableStep } from './executable-operation.ts'

interface ScheduleOptions<Asked extends { step: ExecutableStep }> {
  steps: readonly ExecutableStep[]
  /** Of Boolean variables. */
  values: ConditionValues
  /** Whether fetches of a subgraph may go as one request. */
  mayMerge: (serviceName: string) => boolean
  /** What is to be asked for a step, now that all that it waits for is there; may be nothing. */
  ask: (step: ExecutableStep) => readonly Asked[]
  /** Sends what is to be asked of one subgraph, and takes the answer. */
  send: (group: readonly Asked[]) => Promise<void>
}

/**
 * Runs steps, each as soon as what it waits for is there. Fetches of entities of one subgraph that are ready at the
 * same moment are sent together; none is held back for another subgraph's answer.
 */
export function scheduleSteps<Asked extends { step: ExecutableStep }>({
  steps,
  values,
  mayMerge,
  ask,
  send,
}: ScheduleOptions<Asked>): Promise<void> {
  /** How many steps each one still waits for. */
  const waitsFor = steps.map(({ dependsOn }) => dependsOn.size)
  let unfinished = steps.length
  /** How many entity steps of each subgraph are not ready yet, and what is ready and not sent. */
  const toCome = new Map<string, number>()
  const ready = new Map<string, Asked[]>()
  let isFlushPlanned = false

  return new Promise((resolve, reject) => {
    function finish(step: ExecutableStep): void {
      unfinished -= 1
      for (const dependent of step.dependents) {
        const left = (waitsFor[dependent] ?? 0) - 1
        waitsFor[dependent] = left
        const next = steps[dependent]
        if (left === 0 && next) begin(next)
      }
      if (unfinished === 0) resolve()
    }

    function start(group: readonly Asked[]): void {
      send(group)
        .then(() => {
          for (const step of new Set(group.map((asked) => asked.step))) finish(step)
        })
        .catch(reject)
    }

    function flush(serviceName: string): void {
      const group = ready.get(serviceName)
      if (!group) return
      ready.delete(serviceName)
      start(group)
    }

    function flushAll(): void {
      isFlushPlanned = false
      for (const serviceName of [...ready.keys()]) flush(serviceName)
    }

    /** Answers that came with the same turn of the event loop are all looked at before anything is sent. */
    function planFlush(): void {
      if (isFlushPlanned) return
      isFlushPlanned = true
      setImmediate(() => {
        try {
          flushAll()
        } catch (error) {
          reject(error)
        }
      })
    }

    function begin(step: ExecutableStep): void {
      const { serviceName, requires } = step
      const group = isWanted(step.conditions, values) ? ask(step) : []
      if (!requires || !mayMerge(serviceName)) {
        if (group.length > 0) start(group)
        else finish(step)
        return
      }
      const left = (toCome.get(serviceName) ?? 1) - 1
      toCome.set(serviceName, left)
      if (group.length > 0) ready.set(serviceName, [...(ready.get(serviceName) ?? []), ...group])
      // No other can join them any more.
      if (left === 0) flush(serviceName)
      else if (group.length > 0) planFlush()
      if (group.length === 0) finish(step)
    }

    for (const { requires, serviceName } of steps)
      if (requires) toCome.set(serviceName, (toCome.get(serviceName) ?? 0) + 1)
    if (steps.length === 0) resolve()
    for (const step of steps) if (step.dependsOn.size === 0) begin(step)
  })
}

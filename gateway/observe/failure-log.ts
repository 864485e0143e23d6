import type { Logger } from '../../service/log.ts'
import type { SubgraphFailure } from '../transport/subgraph-failure.ts'

interface FailureLogOptions {
  subgraph: string
  log: Logger
  /** How often one kind of failure may be said. */
  intervalMs?: number
  now?: () => number
}

/**
 * Tells of a subgraph's failures, each kind when it begins and then at most once an interval with how often it
 * happened: a log that grows with the traffic would be an outage of its own.
 */
export function createFailureLog({
  subgraph,
  log,
  intervalMs = 10_000,
  now = performance.now.bind(performance),
}: FailureLogOptions) {
  const kinds = new Map<string, { saidAt: number; unsaid: number }>()

  return function tell({ code, message: reason }: SubgraphFailure): void {
    const kind = kinds.get(code) ?? { saidAt: Number.NEGATIVE_INFINITY, unsaid: 0 }
    kinds.set(code, kind)
    kind.unsaid += 1
    if (now() - kind.saidAt < intervalMs) return
    log.warn({ subgraph, code, reason, times: kind.unsaid }, 'a subgraph failed')
    kind.saidAt = now()
    kind.unsaid = 0
  }
}

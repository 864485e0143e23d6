import type { Logger } from '../../service/log.ts'

interface Failure {
  /** Of the error catalogue. */
  code: string
  /** For the log: it may name what is inside. */
  message: string
}

/** Tells of a failure. */
export type TellFailure = (failure: Failure) => void

/** A subgraph may say as much as it likes, and a line of the log should be read. */
const maxReasonLength = 500

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
}: FailureLogOptions): TellFailure {
  const kinds = new Map<string, { saidAt: number; unsaid: number }>()

  return function tell({ code, message }) {
    const kind = kinds.get(code) ?? { saidAt: Number.NEGATIVE_INFINITY, unsaid: 0 }
    kinds.set(code, kind)
    kind.unsaid += 1
    if (now() - kind.saidAt < intervalMs) return
    const reason = message.slice(0, maxReasonLength)
    log.warn({ subgraph, code, reason, times: kind.unsaid }, 'a subgraph failed')
    kind.saidAt = now()
    kind.unsaid = 0
  }
}

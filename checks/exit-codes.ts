/** What the check's commands end with, so that a pipeline can tell a refusal from a fault. */
export const exitCodes = {
  fine: 0,
  /** The change is refused. */
  refused: 1,
  /** The subgraphs cannot be composed. */
  notComposable: 2,
  /** The command could not run: a file is missing, an option is not known. */
  couldNotRun: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

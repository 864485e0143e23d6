import { isPlain } from '../service/run-service.ts'

/** What keeps the shop from opening. Its message is one line for a person, and says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** What an error has to say to a person; a fault of our own says where it happened as well. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return isPlain(error) ? error.message : (error.stack ?? error.message)
}

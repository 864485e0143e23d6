/** Everything that can be wrong with a database before a query runs, and what it means. */
export const databaseErrorCodes = {
  EMBEDDED_UNSUPPORTED: 'The embedded PostgreSQL does not run on this machine.',
  DATA_UNWRITABLE: 'The data directory can not be written.',
  DISK_FULL: 'There is no room left on the disk.',
  POSTGRES_VERSION: 'The data directory was made by another major version of PostgreSQL.',
  PORT_TAKEN: 'The port that was asked for is taken.',
  START_FAILED: 'PostgreSQL did not start.',
  DATABASE_IN_USE: 'The database is running, and what was asked for needs it stopped.',
  DATABASE_UNREACHABLE: 'The database does not answer.',
  DATABASE_BUSY: 'Somebody else holds the migration lock.',
  DATABASE_NEWER: 'The database has a migration that this code does not have.',
  MIGRATION_EDITED: 'A migration was changed after it was applied.',
  MIGRATION_FAILED: 'A migration failed.',
  MIGRATION_UNREADABLE: 'The migrations directory can not be read.',
  SCHEMA_INVALID: 'The Prisma schema can not be read.',
} as const

export type DatabaseErrorCode = keyof typeof databaseErrorCodes

/** Its message is one line for a person, and says what to do. It may name files; never send it to a client. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly code: DatabaseErrorCode

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The message of anything that was thrown, on one line. */
export const reason = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reason).join(', ')
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ').trim()
}

/** The `code` of a system, PostgreSQL or Prisma error; undefined where there is none. */
export function errorCode(error: unknown): string | undefined {
  const code = property(error, 'code')
  return typeof code === 'string' ? code : undefined
}

/** The name of the unique constraint that a write broke, or null when `error` is anything else. */
export function uniqueViolation(error: unknown): string | null {
  const fromDriver = property(error, 'constraint')
  if (errorCode(error) === '23505' && typeof fromDriver === 'string') return fromDriver

  // The only place where Prisma 7 keeps the constraint's name: `meta.target` is gone with the native engine.
  const cause = property(property(property(error, 'meta'), 'driverAdapterError'), 'cause')
  if (property(cause, 'kind') !== 'UniqueConstraintViolation') return null
  const name = property(property(cause, 'constraint'), 'index')
  return typeof name === 'string' ? name : null
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

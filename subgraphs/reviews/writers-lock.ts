import type { Transaction } from '../kit/transaction.ts'

// Two things are about all of a customer's rows at once, and must see what is being written at the moment: purchases,
// which verify reviews, and an erasure. Customers' writes go on beside each other, and wait for those two.
// https://www.postgresql.org/docs/18/explicit-locking.html#ADVISORY-LOCKS

/** The first of the two numbers of the lock: `ARRV`. */
const lockClass = 0x41525256

/** From here to its end the transaction may write for a customer. To be called before it locks anything else. */
export const besideOtherWriters = (tx: Transaction): PromiseLike<number> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(${lockClass}::int, 0)`

/** From here to its end no other transaction writes for a customer. To be called before it locks anything else. */
export const withoutOtherWriters = (tx: Transaction): PromiseLike<number> =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(${lockClass}::int, 0)`

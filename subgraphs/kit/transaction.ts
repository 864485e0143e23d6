import type pg from 'pg'

/** What the kit asks of a transaction: every generated Prisma client's has it, and only raw SQL is common to all. */
export interface Transaction {
  $queryRaw<Rows>(sql: TemplateStringsArray, ...values: unknown[]): PromiseLike<Rows>
  $executeRaw(sql: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>
}

/** What the kit asks of a Prisma client: to run `work` wholly or, when it throws, not at all. */
export interface TransactionStarter<Tx extends Transaction> {
  $transaction<Result>(
    work: (tx: Tx) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>
}

/** The same on a bare connection on which a transaction has been begun, as seeds have it. */
export function transactionOn(connection: pg.ClientBase): Pick<Transaction, '$executeRaw'> {
  return {
    async $executeRaw(sql, ...values) {
      const text = sql.reduce((before, part, index) => `${before}$${index}${part}`)
      return (await connection.query(text, values)).rowCount ?? 0
    },
  }
}

import { createHash } from 'node:crypto'

/**
 * What stands for a customer where something is kept after an erasure: `sha256(uuid_send(…))` in PostgreSQL. Who has
 * the uuid can find it; from what is kept nobody gets to the uuid.
 */
export const customerDigest = (customerId: string): string =>
  createHash('sha256')
    .update(Buffer.from(customerId.replaceAll('-', ''), 'hex'))
    .digest('hex')

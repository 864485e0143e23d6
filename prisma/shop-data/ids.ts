import { createHash } from 'node:crypto'

/** The time of ids that have no time of their own: before anything else in the shop. */
const SHOP_OPENED = new Date('2023-10-01T00:00:00.000Z')

/**
 * A uuid that all seeds derive alike from a name: the shape of version 7 (RFC 9562, section 5.7), with the
 * time of `at` and, in place of random bits, the SHA-256 of `kind:key`.
 */
export function uuidFor(kind: string, key: string, at: Date = SHOP_OPENED): string {
  const digest = createHash('sha256').update(`${kind}:${key}`).digest()
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(at.getTime(), 0, 6)
  digest.copy(bytes, 6, 0, 10)
  bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f)
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

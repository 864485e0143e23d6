import { z } from 'zod'
import type { Prisma, PrismaClient } from '../../prisma/cart/generated/client.ts'
import type { Caller } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { toUuid } from '../kit/ids.ts'
import { loadCarts, mayUse } from './carts.ts'
import type { CartModel, CartWrite } from './mappers.ts'
import type { CartUserError, CartWarning, CartWarningCode } from './schema.generated.ts'
import { cartError } from './user-errors.ts'

const warningCodes = [
  'SOLD_OUT',
  'LOW_STOCK',
  'PRICE_CHANGED',
  'QUANTITY_CAPPED',
  'DISCOUNT_NOT_APPLICABLE',
  'DELIVERY_OPTION_UNAVAILABLE',
  'LINES_LEFT_OUT',
] as const satisfies CartWarningCode[]

/** Who writes, and the moment whose prices count. */
export interface Writer {
  prisma: PrismaClient
  caller: Caller
  now: Date
}

export type Transaction = Prisma.TransactionClient
const keptSchema = z.object({
  cartId: z.uuid(),
  warnings: z.array(
    z.object({
      code: z.enum(warningCodes),
      message: z.string(),
      lineId: z.string().nullish(),
    }),
  ),
})

export type Outcome = WriteOutcome<z.infer<typeof keptSchema>, CartUserError[]>

export const refused = (userErrors: CartUserError[]): CartWrite => ({
  cartId: null,
  userErrors,
  warnings: [],
})

export async function writeOnce(
  { prisma }: Writer,
  { scope, key, input }: { scope: string; key: string; input: unknown },
  write: (tx: Transaction) => Promise<Outcome>,
): Promise<CartWrite> {
  const outcome = await once(prisma, { scope, key, input, answer: keptSchema }, write)
  if (outcome.state === 'key reused')
    return refused([cartError('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey'])])
  if (outcome.state === 'refused') return refused(outcome.refusal)
  return { ...outcome.answer, userErrors: [] }
}

interface ChangeOptions {
  name: string
  cartId: string
  key: string
  input: unknown
  /** What is wrong with the input by itself. */
  errors: CartUserError[]
}

/** A change to a cart that is there and the caller's. Changes to one cart wait for each other. */
export async function changeCart(
  writer: Writer,
  { name, cartId, key, input, errors }: ChangeOptions,
  change: (tx: Transaction, cart: CartModel) => Promise<Outcome>,
): Promise<CartWrite> {
  const id = toUuid('cart', cartId)
  const notFound = cartError('CART_NOT_FOUND', ['cartId'])
  if (id === null) return refused([notFound, ...errors])
  if (errors.length > 0) return refused(errors)

  // The key holds for the cart, since a guest may have signed in before the second send. Whose a cart is never
  // changes, so that whoever may not use it is sent away before their key is looked up.
  const [known = null] = await loadCarts(writer.prisma, [id])
  if (known === null || !mayUse(known, writer.caller)) return refused([notFound])
  return writeOnce(writer, { scope: `${name}:${id}`, key, input }, async (tx) => {
    const [cart] = await tx.$queryRaw<CartModel[]>`SELECT * FROM "Cart" WHERE "id" = ${id}::uuid FOR UPDATE`
    return cart === undefined ? { refuse: [notFound] } : change(tx, cart)
  })
}

export async function keep(tx: Transaction, cart: CartModel, warnings: CartWarning[]): Promise<Outcome> {
  await tx.$executeRaw`UPDATE "Cart" SET "updatedAt" = clock_timestamp() WHERE "id" = ${cart.id}::uuid`
  return { keep: { cartId: cart.id, warnings } }
}

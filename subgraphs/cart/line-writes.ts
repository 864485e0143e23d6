import { randomUUID } from 'node:crypto'
import type { Caller } from '../kit/caller.ts'
import { newUuid, toUuid } from '../kit/ids.ts'
import { sites } from '../kit/sites.ts'
import { loadCartLines } from './carts.ts'
import { findSellableVariants } from './catalogue.ts'
import {
  changeCart,
  keep,
  type Outcome,
  refused,
  type Transaction,
  type Writer,
  writeOnce,
} from './change-cart.ts'
import { type Addition, planAdditions, planUpdates, warningsAbout } from './line-plans.ts'
import type { CartModel, CartWrite } from './mappers.ts'
import type {
  CartCreateInput,
  CartLineInput,
  CartLinesAddInput,
  CartLinesRemoveInput,
  CartLinesUpdateInput,
  CartLineUpdateInput,
  CartUserError,
} from './schema.generated.ts'
import { cartError, checkLineCount, checkQuantities, quantityLimits } from './user-errors.ts'

interface WantedLine {
  variantId: string
  quantity: number
}

/** The generated type does not know that GraphQL has filled in the schema's default. */
const wantedLines = (lines: readonly CartLineInput[]): WantedLine[] =>
  lines.map(({ variantId, quantity = 1 }) => ({ variantId, quantity }))

/** Makes a guest's cart, or gives the customer the one on this site, and puts lines into it. */
export async function createCart(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartCreateInput,
): Promise<CartWrite> {
  const wanted = wantedLines(input.lines ?? [])
  const errors = [...checkLineCount(['lines'], wanted, 0), ...checkQuantities(wanted, quantityLimits.add)]
  if (errors.length > 0) return refused(errors)

  const { caller } = writer
  // The key holds for the caller alone: another's first answer is nobody else's business.
  const scope = `cartCreate:${caller.site}:${caller.customerId ?? 'guest'}`
  return writeOnce(writer, { scope, key, input }, async (tx) => {
    return putLines(tx, writer, await makeCart(tx, caller), wanted)
  })
}

/** The customer's cart on their site, locked, or a new one; a guest's is always new. */
export async function makeCart(tx: Transaction, { customerId, site }: Caller): Promise<CartModel> {
  // Two requests of one customer meet at the unique index: the second gets the first one's cart.
  const [cart] = await tx.$queryRaw<CartModel[]>`
    INSERT INTO "Cart" ("id", "customerId", "site", "currency")
    VALUES (${randomUUID()}::uuid, ${customerId}::uuid, ${site}, ${sites[site].currency}::"CurrencyCode")
    ON CONFLICT ("customerId", "site") DO UPDATE SET "updatedAt" = clock_timestamp()
    RETURNING *`
  if (cart === undefined) throw new Error('the cart was neither made nor found')
  return cart
}

/** Adds to a cart: wholly or not at all. */
export async function addLines(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartLinesAddInput,
): Promise<CartWrite> {
  const wanted = wantedLines(input.lines)
  const errors = [...checkLineCount(['lines'], wanted, 1), ...checkQuantities(wanted, quantityLimits.add)]
  return changeCart(writer, { name: 'cartLinesAdd', cartId: input.cartId, key, input, errors }, (tx, cart) =>
    putLines(tx, writer, cart, wanted),
  )
}

/** Sets quantities of lines: wholly or not at all. */
export async function updateLines(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartLinesUpdateInput,
): Promise<CartWrite> {
  const errors = [
    ...checkLineCount(['lines'], input.lines, 1),
    ...checkQuantities(input.lines, quantityLimits.update),
  ]
  return changeCart(
    writer,
    { name: 'cartLinesUpdate', cartId: input.cartId, key, input, errors },
    (tx, cart) => setQuantities(tx, writer, cart, input.lines),
  )
}

/** Takes lines out of a cart. One that is not there any more is no error. */
export async function removeLines(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartLinesRemoveInput,
): Promise<CartWrite> {
  const ids = input.lineIds.map((id) => toUuid('line', id))
  const errors = [
    ...checkLineCount(['lineIds'], input.lineIds, 1),
    ...ids.flatMap((id, index) =>
      id === null ? [cartError('LINE_NOT_FOUND', ['lineIds', `${index}`])] : [],
    ),
  ]
  return changeCart(
    writer,
    { name: 'cartLinesRemove', cartId: input.cartId, key, input, errors },
    async (tx, cart) => {
      await tx.$executeRaw`DELETE FROM "CartLine" WHERE "cartId" = ${cart.id}::uuid AND "id" = ANY(${ids}::uuid[])`
      return keep(tx, cart, [])
    },
  )
}

async function putLines(
  tx: Transaction,
  { now }: Writer,
  cart: CartModel,
  wanted: readonly WantedLine[],
): Promise<Outcome> {
  const ids = wanted.map(({ variantId }) => toUuid('var', variantId))
  const [held = []] = await loadCartLines(tx, [cart.id], now)
  const variants = await findSellableVariants(
    tx,
    ids.filter((id) => id !== null),
    cart.site,
    now,
  )

  const additions: Addition[] = []
  const missing: CartUserError[] = []
  for (const [index, { quantity }] of wanted.entries()) {
    const variant = variants.get(ids[index] ?? '')
    if (variant) additions.push({ variant, quantity })
    else missing.push(cartError('VARIANT_NOT_FOUND', ['lines', `${index}`, 'variantId']))
  }
  if (missing.length > 0) return { refuse: missing }

  const plan = planAdditions(held, additions, newUuid)
  if (plan.errors.length > 0) return { refuse: plan.errors }
  if (plan.lines.length > 0) {
    await tx.$executeRaw`
      INSERT INTO "CartLine"
        ("id", "cartId", "position", "variantId", "productId", "title", "variantTitle", "quantity", "unitPrice")
      SELECT line."id", ${cart.id}::uuid,
             line."order" + (SELECT coalesce(max("position") + 1, 0) FROM "CartLine" WHERE "cartId" = ${cart.id}::uuid),
             line."variantId", line."productId", line."title", line."variantTitle", line."quantity",
             line."unitPriceWhenAdded"
      FROM jsonb_to_recordset(${JSON.stringify(plan.lines.map((line, order) => ({ ...line, order })))}::jsonb) AS line (
        "id" uuid, "order" int, "variantId" uuid, "productId" uuid, "title" text, "variantTitle" text,
        "quantity" smallint, "unitPriceWhenAdded" int
      )
      ON CONFLICT ("cartId", "variantId") DO UPDATE SET "quantity" = excluded."quantity"`
  }
  return keep(tx, cart, [...plan.warnings, ...plan.lines.flatMap(warningsAbout)])
}

async function setQuantities(
  tx: Transaction,
  { now }: Writer,
  cart: CartModel,
  wanted: readonly CartLineUpdateInput[],
): Promise<Outcome> {
  const [held = []] = await loadCartLines(tx, [cart.id], now)
  const plan = planUpdates(
    held,
    wanted.map(({ lineId, quantity }) => ({ lineId: toUuid('line', lineId), quantity })),
  )
  if (plan.errors.length > 0) return { refuse: plan.errors }

  const gone = plan.lines.filter(({ quantity }) => quantity === 0).map(({ id }) => id)
  const kept = plan.lines.filter(({ quantity }) => quantity > 0)
  if (gone.length > 0) {
    await tx.$executeRaw`DELETE FROM "CartLine" WHERE "id" = ANY(${gone}::uuid[])`
  }
  if (kept.length > 0) {
    await tx.$executeRaw`
      UPDATE "CartLine" AS line SET "quantity" = wanted."quantity"
      FROM jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) AS wanted ("id" uuid, "quantity" smallint)
      WHERE line."id" = wanted."id"`
  }
  return keep(tx, cart, [...plan.warnings, ...kept.flatMap(warningsAbout)])
}

import { z } from 'zod'
import type { Prisma } from '../../prisma/products/generated/client.ts'
import { appendChanges } from '../kit/change-feed.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { toUuid } from '../kit/ids.ts'
import { type Context, createLoaders } from './context.ts'
import type { VariantModel } from './mappers.ts'
import type { ProductUserError, VariantPriceSetInput, VariantStockSetInput } from './schema.generated.ts'

export interface VariantWritten {
  variant: VariantModel | null
  userErrors: ProductUserError[]
}

const answer = z.object({ variantId: z.uuid() })

interface WriteOptions {
  /** The mutation. Keys of two mutations, or of two members of staff, never meet. */
  name: string
  input: VariantStockSetInput | VariantPriceSetInput
  /** Writes to a variant that is there and locked. */
  write: (tx: Prisma.TransactionClient, variantId: string) => Promise<unknown>
}

/**
 * Writes to a variant once, however often it is sent, and tells the change feed of it in the same transaction.
 * @throws BAD_USER_INPUT when the idempotency key is not acceptable.
 */
export async function writeVariant(
  context: Context,
  { name, input, write }: WriteOptions,
): Promise<VariantWritten> {
  const { prisma, moment, caller } = context
  const { idempotencyKey: key, ...written } = input
  const id = toUuid('var', input.variantId)
  const notFound = () =>
    refused({ code: 'VARIANT_NOT_FOUND', field: 'variantId', message: 'There is no such variant.' })
  if (id === null) return notFound()

  const outcome = await once(
    prisma,
    { scope: `${name}:${caller.subject ?? ''}`, key, input: written, answer },
    async (
      tx: Prisma.TransactionClient,
    ): Promise<WriteOutcome<z.infer<typeof answer>, 'VARIANT_NOT_FOUND'>> => {
      // Who changes the same variant waits here, so that the last change in the feed has all of it.
      const locked = await tx.$queryRaw<
        unknown[]
      >`SELECT FROM "Variant" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
      if (locked.length === 0) return { refuse: 'VARIANT_NOT_FOUND' }
      await write(tx, id)
      const snapshots = await tx.$queryRaw<{ payload: Prisma.JsonObject }[]>`
      SELECT "payload" FROM "VariantSnapshot" WHERE "id" = ${id}::uuid`
      await appendChanges(
        tx,
        snapshots.map(({ payload }) => ({ kind: 'variant.updated', entityId: id, payload })),
      )
      return { keep: { variantId: id } }
    },
  )

  switch (outcome.state) {
    case 'written':
      context.loaders = createLoaders(prisma, moment)
      return { variant: await context.loaders.variant.load(outcome.answer.variantId), userErrors: [] }
    case 'refused':
      return notFound()
    case 'key reused':
      return refused({
        code: 'IDEMPOTENCY_KEY_REUSED',
        field: 'idempotencyKey',
        message: 'This key was used before with other input: make a new one.',
      })
  }
}

export interface Refusal {
  code: ProductUserError['code']
  field: string
  message: string
}

/** Nothing was written, for these reasons. */
export const refused = (...refusals: Refusal[]): VariantWritten => ({
  variant: null,
  userErrors: refusals.map(({ code, field, message }) => ({ code, message, field: ['input', field] })),
})

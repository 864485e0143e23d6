import type { Prisma } from '../../prisma/products/generated/client.ts'
import { toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type { VariantModel } from './mappers.ts'
import type { ProductUserError } from './schema.generated.ts'
import { type Refusal, toUserErrors, writeAsStaff } from './staff-write.ts'
import { lockVariants, tellVariants } from './stock-ledger.ts'

export interface VariantWritten {
  variant: VariantModel | null
  userErrors: ProductUserError[]
}

interface WriteOptions {
  /** The mutation. */
  name: string
  input: { variantId: string; idempotencyKey: string; [field: string]: unknown }
  /**
   * Writes to a variant that is there and locked.
   * @returns whether others are to be told how the variant is now, or why nothing may be written
   */
  write: (tx: Prisma.TransactionClient, variantId: string) => Promise<boolean | Refusal[]>
}

/**
 * Writes to a variant once, however often it is sent, and tells the change feed of it in the same transaction.
 * @throws UNAUTHENTICATED or FORBIDDEN for anybody but staff; BAD_USER_INPUT when the key is not acceptable.
 */
export async function writeVariant(
  context: Context,
  { name, input, write }: WriteOptions,
): Promise<VariantWritten> {
  const id = toUuid('var', input.variantId)
  if (id === null) return refused(notFound)
  const outcome = await writeAsStaff(context, {
    name,
    input,
    async write(tx) {
      // Who changes the same variant waits here, so that the last change in the feed has all of it.
      if (!(await lockVariants(tx, [id])).has(id)) return { refusals: [notFound] }
      const told = await write(tx, id)
      if (typeof told !== 'boolean') return { refusals: told }
      if (told) await tellVariants(tx, [id])
      return { written: id }
    },
  })
  if ('refusals' in outcome) return refused(...outcome.refusals)
  return { variant: await context.loaders.variant.load(outcome.written), userErrors: [] }
}

const notFound: Refusal = {
  ...{ code: 'VARIANT_NOT_FOUND', field: 'variantId', message: 'There is no such variant.' },
}

/** Nothing was written, for these reasons. */
export const refused = (...refusals: Refusal[]): VariantWritten => ({
  variant: null,
  userErrors: toUserErrors(refusals),
})

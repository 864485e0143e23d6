import type { Context } from './context.ts'
import type { ProductModel } from './mappers.ts'
import type { ProductComplementsSetInput, ProductUserError } from './schema.generated.ts'
import {
  createReading,
  type Reading,
  type Refusal,
  stale,
  toUserErrors,
  writeAsStaff,
} from './staff-write.ts'

const maximumComplements = 20

interface ComplementsWritten {
  product: ProductModel | null
  userErrors: ProductUserError[]
}

const notFound = (field: Refusal['field']): Refusal => ({
  code: 'PRODUCT_NOT_FOUND',
  field,
  message: 'There is no such product.',
})

/** The uuids of the complements; what is wrong with them is refused. */
function readComplements(reading: Reading, product: string | null, ids: readonly string[]): string[] {
  if (ids.length > maximumComplements) {
    const message = `There are ${ids.length} complements: it takes at most ${maximumComplements}.`
    reading.refuse('INVALID_COMPLEMENT', 'complementIds', message)
    return []
  }
  const uuids: string[] = []
  for (const [index, id] of ids.entries()) {
    const field = ['complementIds', String(index)]
    const uuid = reading.id('prod', 'PRODUCT_NOT_FOUND', field, id)
    if (uuid === null) continue
    if (uuid === product) reading.refuse('INVALID_COMPLEMENT', field, 'A product does not go with itself.')
    if (uuids.includes(uuid)) reading.refuse('INVALID_COMPLEMENT', field, 'This product is named twice.')
    uuids.push(uuid)
  }
  return uuids
}

/** Sets what goes with a product, in place of what did before. For staff. */
export async function setProductComplements(
  context: Context,
  input: ProductComplementsSetInput,
): Promise<ComplementsWritten> {
  const reading = createReading()
  const id = reading.id('prod', 'PRODUCT_NOT_FOUND', 'productId', input.productId)
  const complements = readComplements(reading, id, input.complementIds)
  const outcome = await writeAsStaff(context, {
    name: 'productComplementsSet',
    input,
    async write(tx) {
      if (id === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      const [now] = await tx.$queryRaw<{ version: number }[]>`
        SELECT "version" FROM "Product" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
      if (now === undefined) return { refusals: [notFound('productId')] }
      if (now.version !== input.version) return { refusals: [stale(now.version)] }
      const known = await tx.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM "Product" WHERE "id" = ANY(${complements}::uuid[]) FOR KEY SHARE`
      const there = new Set(known.map((product) => product.id))
      const unknown = complements.findIndex((complement) => !there.has(complement))
      if (unknown !== -1) return { refusals: [notFound(['complementIds', String(unknown)])] }
      await tx.$executeRaw`UPDATE "Product" SET "version" = "version" + 1 WHERE "id" = ${id}::uuid`
      await tx.$executeRaw`DELETE FROM "ProductComplement" WHERE "productId" = ${id}::uuid`
      await tx.$executeRaw`
        INSERT INTO "ProductComplement" ("productId", "complementId", "position")
        SELECT ${id}::uuid, complement."id", complement."place" - 1
        FROM unnest(${complements}::uuid[]) WITH ORDINALITY AS complement ("id", "place")`
      return { written: id }
    },
  })
  if ('refusals' in outcome) return { product: null, userErrors: toUserErrors(outcome.refusals) }
  return { product: await context.loaders.product.load(outcome.written), userErrors: [] }
}

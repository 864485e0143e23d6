import type DataLoader from 'dataloader'
import { z } from 'zod'
import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import { graphqlError } from '../../service/errors.ts'
import { listForEach, oneForEach } from '../kit/batching.ts'
import { type Connection, checkFirst, decodeCursor, toConnection } from '../kit/paging.ts'
import { isStorable } from '../kit/text.ts'
import type { VariantModel } from './mappers.ts'
import type { Moment } from './product-rows.ts'
import type { SelectedOptionInput } from './schema.generated.ts'

/** What can be had of `variant`, a row by its name in the statement. */
export const variantAvailability = Prisma.sql`stock_availability(variant."stock", variant."backOrderLimit")`

/** `SELECT … FROM …` of `VariantModel`s; the variant is `variant` in what follows. */
const selectVariants = ({ site, now }: Moment): Prisma.Sql => Prisma.sql`
  SELECT variant."id", variant."productId", variant."sku", variant."title", variant."position", variant."options",
         ${variantAvailability} AS "availability", variant."weightGrams", variant."pictureKey", variant."version",
         price."amount",
         CASE WHEN sale."holds" THEN price."saleAmount" END AS "saleAmount",
         CASE WHEN sale."holds" THEN price."saleEndsAt" END AS "saleEndsAt"
  FROM "Variant" variant
  LEFT JOIN "VariantPrice" price ON price."variantId" = variant."id" AND price."site" = ${site}
    AND EXISTS (SELECT FROM "Product" product WHERE product."id" = variant."productId" AND product."published")
  CROSS JOIN LATERAL (
    SELECT coalesce(price."saleStartsAt" <= ${now}::timestamptz, true)
       AND coalesce(price."saleEndsAt" > ${now}::timestamptz, true) AS "holds"
  ) sale`

/** By uuid, whether the site sells them or not. */
export async function loadVariants(
  prisma: PrismaClient,
  moment: Moment,
  ids: readonly string[],
): Promise<(VariantModel | null)[]> {
  const rows = await prisma.$queryRaw<VariantModel[]>`
    ${selectVariants(moment)} WHERE variant."id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

export interface VariantPage {
  first: number
  after: string | null
}

const placeKey = z.tuple([
  z.literal('VARIANT'),
  z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
])
const placeOf = (after: string | null) => decodeCursor(after, placeKey)?.[1] ?? -1

/** For each product `first + 1` variants, by one statement for all of them. */
export async function loadVariantPages(
  prisma: PrismaClient,
  moment: Moment,
  products: readonly string[],
  { first, after }: VariantPage,
): Promise<VariantModel[][]> {
  const rows = await prisma.$queryRaw<VariantModel[]>`
    SELECT page.* FROM unnest(${products}::uuid[]) AS list ("product")
    CROSS JOIN LATERAL (
      ${selectVariants(moment)}
      WHERE variant."productId" = list."product" AND variant."position" > ${placeOf(after)}::int
      ORDER BY variant."position" LIMIT ${first + 1}
    ) page
    ORDER BY page."position"`
  return listForEach(products, rows, ({ productId }) => productId)
}

/** So many variants of a product are looked through for its options. */
const variantsAtMost = 250

/** For each product all of its variants in their order, at most 250, by one statement for all of them. */
export async function loadAllVariants(
  prisma: PrismaClient,
  moment: Moment,
  products: readonly string[],
): Promise<VariantModel[][]> {
  return loadVariantPages(prisma, moment, products, { first: variantsAtMost - 1, after: null })
}

/** For each product the variant that has the choices and no others, by one statement for all of them. */
export async function loadVariantsByOptions(
  prisma: PrismaClient,
  moment: Moment,
  products: readonly string[],
  choices: readonly SelectedOptionInput[],
): Promise<(VariantModel | null)[]> {
  const rows = await prisma.$queryRaw<VariantModel[]>`
    ${selectVariants(moment)}
    WHERE variant."productId" = ANY(${products}::uuid[])
      AND variant."options" @> ${JSON.stringify(choices)}::jsonb
      AND jsonb_array_length(variant."options") = ${choices.length}::int`
  return oneForEach(products, rows, ({ productId }) => productId)
}

// The context imports this file, so this names what it takes of the context, and not the context.
interface Loading {
  loaders: {
    variant: Pick<DataLoader<string, VariantModel | null>, 'prime'>
    variantsOfProduct: (product: string, page: VariantPage) => Promise<VariantModel[]>
    variantOfProduct: (
      product: string,
      choices: readonly SelectedOptionInput[],
    ) => Promise<VariantModel | null>
  }
}

/**
 * A page of a product's variants.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function variantConnection(
  { loaders }: Loading,
  product: string,
  { first, after = null }: { first: number; after?: string | null | undefined },
): Promise<Connection<VariantModel>> {
  checkFirst(first, 100)
  placeOf(after)
  const rows = await loaders.variantsOfProduct(product, { first, after })
  for (const row of rows) loaders.variant.prime(row.id, row)
  const sortKey = ({ position }: VariantModel) => ['VARIANT', position]
  return toConnection({ rows, first, after, sortKey, toNode: (variant) => variant })
}

/**
 * The variant with just these options; null where there is none.
 * @throws BAD_USER_INPUT when an option is chosen twice.
 */
export async function variantByOptions(
  { loaders }: Loading,
  product: string,
  options: readonly SelectedOptionInput[],
): Promise<VariantModel | null> {
  const choices = options
    .map(({ name, value }) => ({ name, value }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const twice = choices.find(({ name }, index) => choices[index + 1]?.name === name)
  if (twice)
    throw graphqlError('BAD_USER_INPUT', `options chooses ${JSON.stringify(twice.name)} more than once.`)
  // An empty choice is contained in any.
  if (choices.length === 0 || !choices.every(({ name, value }) => isStorable(name) && isStorable(value))) {
    return null
  }
  return loaders.variantOfProduct(product, choices)
}

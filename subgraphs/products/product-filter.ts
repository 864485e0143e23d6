import { Prisma } from '../../prisma/products/generated/client.ts'
import { graphqlError } from '../../service/errors.ts'
import { toUuid } from '../kit/ids.ts'
import { isStorable } from '../kit/text.ts'
import { isListed, type List } from './listing.ts'
import type { ProductFilter } from './schema.generated.ts'
import { variantAvailability } from './variant-rows.ts'

/** A filter whose values have been checked. Null, or an empty list, takes every product. */
export interface ReadFilter {
  /** A collection's uuid. */
  collection: string | null
  brands: readonly string[]
  tags: readonly string[]
  /** Each name once. */
  options: readonly { name: string; values: readonly string[] }[]
  available: boolean | null
  onSale: boolean | null
  minPrice: number | null
  maxPrice: number | null
}

const maximumValues = 50
const maximumOptions = 10

function readList(name: string, values: readonly string[] | null | undefined): readonly string[] {
  if (values == null) return []
  if (values.length > maximumValues) {
    throw graphqlError(
      'BAD_USER_INPUT',
      `filter.${name} has ${values.length} values: it takes at most ${maximumValues}.`,
    )
  }
  const unstorable = values.find((value) => !isStorable(value))
  if (unstorable === undefined) return values
  throw graphqlError('BAD_USER_INPUT', `filter.${name} has a value that is not text.`)
}

function readOptions(options: ProductFilter['options']): ReadFilter['options'] {
  if (options == null) return []
  if (options.length > maximumOptions) {
    throw graphqlError(
      'BAD_USER_INPUT',
      `filter.options has ${options.length} options: it takes at most ${maximumOptions}.`,
    )
  }
  const names = readList(
    'options.name',
    options.map(({ name }) => name),
  )
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw graphqlError('BAD_USER_INPUT', `filter.options names ${JSON.stringify(twice)} more than once.`)
  }
  return options
    .map(({ name, values }) => ({ name, values: readList('options.values', values) }))
    .filter(({ values }) => values.length > 0)
}

function readCollection(id: string | null | undefined): string | null {
  if (id == null) return null
  const uuid = toUuid('coll', id)
  if (uuid !== null) return uuid
  throw graphqlError(
    'BAD_USER_INPUT',
    'filter.collection is not the id of a collection: those begin with coll_.',
  )
}

/** @throws BAD_USER_INPUT that names the value which is not acceptable. */
export function readFilter(filter: ProductFilter | null | undefined): ReadFilter {
  return {
    collection: readCollection(filter?.collection),
    brands: readList('brands', filter?.brands),
    tags: readList('tags', filter?.tags),
    options: readOptions(filter?.options),
    available: filter?.available ?? null,
    onSale: filter?.onSale ?? null,
    minPrice: filter?.minPrice ?? null,
    maxPrice: filter?.maxPrice ?? null,
  }
}

export const isUnfiltered = (filter: ReadFilter): boolean => filterConditions(filter).length === 0

/** Whether `variant` has one of the values of each option. */
export const hasOptions = (options: ReadFilter['options']): Prisma.Sql[] =>
  options.map(({ name, values }) => {
    const choices = values.map((value) => JSON.stringify([{ name, value }]))
    return Prisma.sql`variant."options" @> ANY(${choices}::jsonb[])`
  })

/** Whether `listing`'s product has a form with the options; where `available`, one that can be had now. */
function hasVariant(options: ReadFilter['options'], available: boolean | null): Prisma.Sql {
  const conditions = hasOptions(options)
  if (available === true) conditions.push(Prisma.sql`${variantAvailability} <> 'SOLD_OUT'`)
  return Prisma.sql`EXISTS (
    SELECT FROM "Variant" variant
    WHERE variant."productId" = listing."productId" AND ${Prisma.join(conditions, ' AND ')})`
}

/** What the filter asks of `listing`, a row by its name in the statement, for each facet that can ask something. */
function conditionsByFacet(filter: ReadFilter) {
  const { collection, brands, options, available, onSale, minPrice, maxPrice } = filter
  const price: Prisma.Sql[] = []
  if (minPrice !== null) price.push(Prisma.sql`listing."minimum" >= ${minPrice}::int`)
  if (maxPrice !== null) price.push(Prisma.sql`listing."minimum" <= ${maxPrice}::int`)
  const form: Prisma.Sql[] = []
  if (available === true) form.push(Prisma.sql`listing."availability" <> 'SOLD_OUT'`)
  if (available === false) form.push(Prisma.sql`listing."availability" = 'SOLD_OUT'`)
  if (options.length > 0) form.push(hasVariant(options, available))
  return {
    collection: collection === null ? [] : [isListed(Prisma.sql`${collection}::uuid`)],
    brand: brands.length === 0 ? [] : [Prisma.sql`listing."brand" = ANY(${brands}::text[])`],
    price,
    sale: onSale === null ? [] : [Prisma.sql`(listing."reduction" > 0) = ${onSale}::boolean`],
    /** Options and availability hang together: what is asked for is a form that can be had. */
    form,
  }
}

/** What the filter asks of `listing` that no facet tells. */
const conditionsBeside = ({ tags }: ReadFilter): Prisma.Sql[] =>
  tags.length === 0
    ? []
    : [Prisma.sql`listing."productId" IN (SELECT "id" FROM "Product" WHERE "tags" && ${tags}::text[])`]

/** All that the filter asks of `listing`. */
export function filterConditions(filter: ReadFilter): Prisma.Sql[] {
  const { collection, price, sale, form } = conditionsByFacet(filter)
  // By the product's index: few products may have a brand, and their places in the list are many.
  const brand =
    filter.brands.length === 0
      ? []
      : [
          Prisma.sql`listing."productId" IN (SELECT "id" FROM "Product" WHERE "brand" = ANY(${filter.brands}::text[]))`,
        ]
  return [...collection, ...brand, ...price, ...sale, ...form, ...conditionsBeside(filter)]
}

/** The list that a filter narrows, and what is left to be asked in it: a collection of the whole shop is a list itself. */
export function narrowed(list: List, filter: ReadFilter): { list: List; filter: ReadFilter } {
  const { collection } = filter
  if (list !== 'all' || collection === null) return { list, filter }
  return { list: { collection: Prisma.sql`${collection}::uuid` }, filter: { ...filter, collection: null } }
}

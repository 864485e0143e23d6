import { Prisma } from '../../prisma/products/generated/client.ts'
import { type Site, sites } from '../kit/sites.ts'
import { every, isInList, type List } from './listing.ts'
import type { ProductFacetsModel } from './mappers.ts'
import { filterConditions, hasOptions, narrowed, type ReadFilter } from './product-filter.ts'
import type { Moment } from './product-rows.ts'
import { variantAvailability } from './variant-rows.ts'

/** Of so many products of a list each facet is counted exactly. */
const countedProducts = 10_000
/** Of so many, where it takes a look at each of their forms. */
const countedByForm = 2_000
const maximumValues = 50
const maximumOptions = 20

/** Where each band of price ends, in minor units, excluded; the last one has no end. */
const bandEnds = [2500, 5000, 10_000, 20_000, 50_000]

/** A value of a facet, or what says how a facet was counted. */
export interface FacetRow {
  facet: 'collection' | 'brand' | 'option' | 'price' | 'range' | 'sale' | 'available' | 'cut'
  /** Of the option. */
  name: string | null
  value: string
  count: number
}

interface Scope {
  list: List
  filter: ReadFilter
  /** What else is asked of `listing`, as that it was found by a search. */
  found?: Prisma.Sql
}

/**
 * Counts all facets by one statement: rows of `FacetRow`s. A facet in which nothing is chosen counts what passes the
 * whole filter; one in which something is, what passes all the rest.
 */
export function facetStatement(moment: Moment, { list, filter, found }: Scope): Prisma.Sql {
  const sets = new Map<string, Prisma.Sql>()
  /** The products that pass `rest` of the filter, as a table of the statement. */
  const passing = (rest: ReadFilter): Prisma.Sql => {
    const key = JSON.stringify(rest)
    const table = sets.get(key) ?? Prisma.raw(`"passing${sets.size}"`)
    sets.set(key, table)
    return table
  }
  const { options, available } = filter
  const all = passing(filter)
  const counts = [
    collectionCounts(moment, passing({ ...filter, collection: null })),
    valueCounts('brand', Prisma.sql`passing."brand"`, passing({ ...filter, brands: [] })),
    valueCounts('price', band, passing({ ...filter, minPrice: null, maxPrice: null })),
    priceRangeRows(passing({ ...filter, minPrice: null, maxPrice: null })),
    valueCounts('sale', Prisma.sql`passing."reduction" > 0`, passing({ ...filter, onSale: null })),
    availabilityCounts(options, passing({ ...filter, available: null })),
    options.length === 0 && available !== true
      ? productOptionCounts(all)
      : variantOptionCounts({ table: all, chosen: options, available, name: null }),
    ...options.map(({ name }) => {
      const others = options.filter((option) => option.name !== name)
      const table = passing({ ...filter, options: others })
      return variantOptionCounts({ table, chosen: others, available, name })
    }),
  ]
  const tables = [...sets].map(([key, table]) => {
    const { list: narrow, filter: rest } = narrowed(list, JSON.parse(key))
    const conditions = [isInList(moment, narrow), ...filterConditions(rest), ...(found ? [found] : [])]
    return Prisma.sql`${table} AS MATERIALIZED (
      SELECT listing."productId", listing."brand", listing."minimum", listing."reduction", listing."availability"
      FROM "Listing" listing WHERE ${every(conditions)} LIMIT ${countedProducts + 1})`
  })
  const most = options.length === 0 && available !== true ? countedProducts : countedByForm
  const cut = [...sets.values()].map(
    (table) =>
      Prisma.sql`SELECT 'cut', NULL, 'cut', count(*)::int FROM ${table} HAVING count(*) > ${most}::int`,
  )
  return Prisma.sql`
    WITH ${Prisma.join(tables)}
    SELECT counted."facet", counted."name", counted."value", counted."count"
    FROM (${Prisma.join([...counts, ...cut], ' UNION ALL ')}) AS counted ("facet", "name", "value", "count")`
}

const band = Prisma.sql`width_bucket(passing."minimum", ${bandEnds}::int[])`

const valueCounts = (facet: FacetRow['facet'], value: Prisma.Sql, table: Prisma.Sql) => Prisma.sql`
  SELECT ${facet}, NULL::text, (${value})::text, count(*)::int FROM ${table} passing GROUP BY 3`

const priceRangeRows = (table: Prisma.Sql) => Prisma.sql`
  SELECT 'range', side."name", side."name", side."amount"
  FROM (SELECT min("minimum") AS "lowest", max("minimum") AS "highest" FROM ${table}) range
  CROSS JOIN LATERAL (VALUES ('minimum', range."lowest"), ('maximum', range."highest")) AS side ("name", "amount")
  WHERE side."amount" IS NOT NULL`

const collectionCounts = ({ site }: Moment, table: Prisma.Sql) => Prisma.sql`
  SELECT 'collection', NULL, other."collectionId"::text, count(*)::int
  FROM ${table} passing
  JOIN "Listing" other ON other."productId" = passing."productId" AND other."site" = ${site}
    AND other."startsAt" = '-infinity'
  WHERE other."collectionId" <> whole_shop()
  GROUP BY other."collectionId"`

const someOf = (table: Prisma.Sql) => Prisma.sql`(SELECT * FROM ${table} LIMIT ${countedByForm})`

/** With options chosen, what counts is whether a form with them can be had. */
const availabilityCounts = (options: ReadFilter['options'], table: Prisma.Sql) =>
  options.length === 0
    ? valueCounts('available', Prisma.sql`passing."availability" <> 'SOLD_OUT'`, table)
    : Prisma.sql`
      SELECT 'available', NULL, form."available"::text, count(*)::int
      FROM ${someOf(table)} passing CROSS JOIN LATERAL (
        SELECT bool_or(${variantAvailability} <> 'SOLD_OUT') AS "available" FROM "Variant" variant
        WHERE variant."productId" = passing."productId" AND ${every(hasOptions(options))}
      ) form
      -- A product of which other forms can be had is not sold out, and passes neither.
      WHERE form."available" OR passing."availability" = 'SOLD_OUT'
      GROUP BY form."available"`

/** Of each value, how many products come in it. */
const productOptionCounts = (table: Prisma.Sql) => Prisma.sql`
  SELECT 'option', choice."name", value."value", count(*)::int
  FROM ${table} passing JOIN "Product" product ON product."id" = passing."productId"
  CROSS JOIN LATERAL jsonb_to_recordset(product."options") AS choice ("name" text, "values" jsonb)
  CROSS JOIN LATERAL jsonb_array_elements_text(choice."values") AS value ("value")
  GROUP BY choice."name", value."value"`

interface VariantCounts {
  table: Prisma.Sql
  /** What the form has to have besides. */
  chosen: ReadFilter['options']
  available: boolean | null
  /** The option to count; null for all in which nothing is chosen. */
  name: string | null
}

/** Of each value, how many products come in a form that has it and all that is chosen besides. */
function variantOptionCounts({ table, chosen, available, name }: VariantCounts): Prisma.Sql {
  const conditions = hasOptions(chosen)
  if (available === true) conditions.push(Prisma.sql`${variantAvailability} <> 'SOLD_OUT'`)
  const names = chosen.map((option) => option.name)
  const counted =
    name === null ? Prisma.sql`choice."name" <> ALL(${names}::text[])` : Prisma.sql`choice."name" = ${name}`
  return Prisma.sql`
    SELECT 'option', choice."name", choice."value", count(DISTINCT passing."productId")::int
    FROM ${someOf(table)} passing JOIN "Variant" variant ON variant."productId" = passing."productId"
    CROSS JOIN LATERAL jsonb_to_recordset(variant."options") AS choice ("name" text, "value" text)
    WHERE ${every([...conditions, counted])}
    GROUP BY choice."name", choice."value"`
}

type Value = { value: string; count: number; selected: boolean }

const largestFirst = (one: Value, other: Value) =>
  Number(other.selected) - Number(one.selected) ||
  other.count - one.count ||
  (one.value < other.value ? -1 : 1)

/** The values that were counted, and those that are chosen and leave nothing; at most 50. */
function facetValues(rows: readonly FacetRow[], chosen: readonly string[]): Value[] {
  const counts = new Map(chosen.map((value) => [value, 0]))
  for (const { value, count } of rows) counts.set(value, count)
  return [...counts]
    .map(([value, count]) => ({ value, count, selected: chosen.includes(value) }))
    .sort(largestFirst)
    .slice(0, maximumValues)
    .sort((one, other) => largestFirst({ ...one, selected: false }, { ...other, selected: false }))
}

const letterSizes = ['XXS', 'XS', 'S', 'M', 'L', 'XL', 'XXL', 'XXXL']

/** Where a size stands among its like; null for what is no size. */
function sizeOf(value: string): number | null {
  const letters = letterSizes.indexOf(value.toUpperCase())
  if (letters !== -1) return letters
  const number = Number.parseFloat(value)
  return Number.isNaN(number) ? null : number
}

/** Sizes stand from small to large, where all values are sizes. */
function inOrder(values: Value[]): Value[] {
  const sizes = new Map(values.map(({ value }) => [value, sizeOf(value)]))
  if ([...sizes.values()].includes(null)) return values
  return values.sort((one, other) => (sizes.get(one.value) ?? 0) - (sizes.get(other.value) ?? 0))
}

/** The facets of `filter`, from the rows of its statement. */
export function toFacets(site: Site, filter: ReadFilter, rows: readonly FacetRow[]): ProductFacetsModel {
  const { currency } = sites[site]
  const money = (amount: number) => ({ amount, currency })
  const of = (facet: FacetRow['facet']) => rows.filter((row) => row.facet === facet)

  const chosenOf = new Map(filter.options.map(({ name, values }) => [name, values]))
  const optionRows = of('option')
  const names = new Set([...chosenOf.keys(), ...optionRows.map(({ name }) => name ?? '')])
  const options = [...names]
    .map((name) => {
      const counted = optionRows.filter((row) => row.name === name)
      return { name, values: inOrder(facetValues(counted, chosenOf.get(name) ?? [])) }
    })
    .sort((one, other) => sum(other.values) - sum(one.values) || (one.name < other.name ? -1 : 1))
    .slice(0, maximumOptions)

  const range = new Map(of('range').map(({ name, count }) => [name, count]))
  const [lowest, highest] = [range.get('minimum'), range.get('maximum')]
  const booleans = (facet: 'sale' | 'available', chosen: boolean | null) =>
    [true, false].map((value) => ({
      value,
      count: of(facet).find((row) => row.value === String(value))?.count ?? 0,
      selected: chosen === value,
    }))

  return {
    collections: facetValues(of('collection'), filter.collection === null ? [] : [filter.collection]).map(
      ({ value, ...counted }) => ({ collectionId: value, ...counted }),
    ),
    brands: facetValues(of('brand'), filter.brands),
    options,
    prices: of('price')
      .map(({ value, count }) => {
        const [from, end] = [bandEnds[Number(value) - 1] ?? 0, bandEnds[Number(value)]]
        const selected = filter.minPrice === from && filter.maxPrice === (end === undefined ? null : end - 1)
        return {
          minimum: money(from),
          maximum: end === undefined ? null : money(end - 1),
          ...{ count, selected },
        }
      })
      .sort((one, other) => one.minimum.amount - other.minimum.amount),
    priceRange:
      lowest === undefined || highest === undefined
        ? null
        : { minimum: money(lowest), maximum: money(highest) },
    availability: booleans('available', filter.available),
    sale: booleans('sale', filter.onSale),
    exact: of('cut').length === 0,
  }
}

const sum = (values: readonly Value[]) => values.reduce((total, { count }) => total + count, 0)

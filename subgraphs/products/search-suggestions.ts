import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import { checkFirst } from '../kit/paging.ts'
import type { Site } from '../kit/sites.ts'
import type { Context } from './context.ts'
import { isInList } from './listing.ts'
import type { CollectionModel, ProductModel, SearchSuggestionsModel } from './mappers.ts'
import { isOfferOfMoment, productColumns } from './product-rows.ts'
import { readQuery, relevance } from './product-search.ts'
import type { QuerySearchSuggestionsArgs } from './schema.generated.ts'
import { correctSpelling, termsOf } from './search-spelling.ts'

/** How many words that begin as the last one does are looked for. */
const completionsAtMost = 12
/** So many of the products that match are put in order: a suggestion has to be quick, and need not be the best. */
const rankedAtMost = 2000
/** From so many titles the phrases are taken. */
const titlesRead = 60

interface Completion {
  term: string
  products: number
}

const loadCompletions = (prisma: PrismaClient, site: Site, prefix: string): Promise<Completion[]> =>
  prisma.$queryRaw<Completion[]>`
    SELECT "term", "products" FROM "SearchTerm"
    WHERE "site" = ${site} AND "term" >= ${prefix} AND "term" < ${`${prefix}\u{10ffff}`} AND "products" > 0
    ORDER BY "products" DESC, "term" LIMIT ${completionsAtMost}`

/** Products that have all of `words` and one of `completions`, the best match first. */
function loadSuggested(
  { prisma, moment }: Context,
  words: readonly string[],
  completions: readonly string[],
  typed: string,
) {
  const oneOf = Prisma.join(
    completions.map((term) => Prisma.sql`plainto_tsquery('pg_catalog.english', ${term})`),
    ' || ',
  )
  const all = words.map((term) => Prisma.sql`plainto_tsquery('pg_catalog.english', ${term})`)
  const query = Prisma.join([...all, Prisma.sql`(${oneOf})`], ' && ')
  return prisma.$queryRaw<ProductModel[]>`
    WITH query AS MATERIALIZED (SELECT ${query} AS "words")
    SELECT ${productColumns} FROM (
      SELECT listing."productId", matched."relevance" FROM (
        SELECT product."id", ${relevance(Prisma.sql`query."words"`, typed)} AS "relevance"
        FROM query CROSS JOIN "Product" product WHERE product."search" @@ query."words" LIMIT ${rankedAtMost}
      ) matched
      JOIN "Listing" listing ON listing."productId" = matched."id" AND ${isInList(moment, 'all')}
      ORDER BY matched."relevance" DESC, listing."productId" DESC LIMIT ${titlesRead}
    ) listing
    JOIN "Product" product ON product."id" = listing."productId"
    JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    ORDER BY listing."relevance" DESC, product."id" DESC`
}

/** Collections that the site shows, in whose titles each word begins a word. */
function loadCollections({ prisma, moment: { site } }: Context, words: readonly string[], first: number) {
  const begins = words.map(
    (term) => Prisma.sql`EXISTS (
      SELECT FROM regexp_split_to_table(lower(unaccented(collection."title")), '[[:space:][:punct:]]+') AS word
      WHERE starts_with(word, ${term}))`,
  )
  return prisma.$queryRaw<CollectionModel[]>`
    SELECT collection.* FROM "Collection" collection
    WHERE ${site} = ANY(collection."sites") AND ${Prisma.join(begins, ' AND ')}
    ORDER BY collection."parentId" IS NOT NULL, collection."position", collection."id" LIMIT ${first}`
}

/** Runs of two and three words in a title that go on from `term`, or that end in it. */
function phrasesAround(title: string, term: string): string[] {
  const words = termsOf(title)
  const at = words.findIndex((word) => word.startsWith(term))
  if (at === -1) return []
  return [words.slice(at, at + 2), words.slice(at, at + 3), words.slice(Math.max(at - 1, 0), at + 1)]
    .filter((run) => run.length > 1)
    .map((run) => run.join(' '))
}

/** The most frequent first. */
function byCount(texts: readonly string[]): { text: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts]
    .map(([text, count]) => ({ text, count }))
    .sort((one, other) => other.count - one.count || (one.text < other.text ? -1 : 1))
}

/**
 * What could be meant by a query that is still being typed: every suggestion finds something on the site.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function suggestSearches(
  context: Context,
  { query, first = 5 }: QuerySearchSuggestionsArgs,
): Promise<SearchSuggestionsModel> {
  const { prisma, moment, loaders } = context
  checkFirst(first, 10)
  const typed = termsOf(readQuery(query))
  const last = typed.at(-1)
  if (last === undefined) return { queries: [], products: [], collections: [] }

  let words = typed.slice(0, -1)
  let prefix = last
  let completions = await loadCompletions(prisma, moment.site, prefix)
  if (completions.length === 0) {
    const corrected = termsOf((await correctSpelling(prisma, moment.site, typed.join(' '))) ?? '')
    const word = corrected.at(-1)
    if (word === undefined) return { queries: [], products: [], collections: [] }
    words = corrected.slice(0, -1)
    prefix = word
    completions = [{ term: word, products: 1 }]
  }

  const [found, collections] = await Promise.all([
    loadSuggested(
      context,
      words,
      completions.map(({ term }) => term),
      [...words, prefix].join(' '),
    ),
    loadCollections(context, [...words, prefix], first),
  ])
  for (const product of found) loaders.product.prime(product.id, product)
  for (const collection of collections) loaders.collection.prime(collection.id, collection)

  const before = words.map((word) => `${word} `).join('')
  const isThere = (term: string) =>
    found.some(({ title, brand, tags, options }) =>
      termsOf([title, brand, ...tags, ...options.flatMap(({ values }) => values)].join(' ')).includes(term),
    )
  const completed = completions.filter(({ term }) => isThere(term)).map(({ term }) => `${before}${term}`)
  const phrases = byCount(found.flatMap(({ title }) => phrasesAround(title, words[0] ?? prefix)))
    .filter(({ text, count }) => count > 1 && words.every((word) => text.includes(word)))
    .map(({ text }) => text)
  // One word at first, then what is mostly said with it.
  const [shortest, ...others] = completed
  const queries = [...(shortest === undefined ? [] : [shortest]), ...interleaved(others, phrases)]
  return {
    queries: [...new Set(queries)].slice(0, first).map((text) => ({ text })),
    products: found.slice(0, first),
    collections,
  }
}

function interleaved<Item>(one: readonly Item[], other: readonly Item[]): Item[] {
  const length = Math.max(one.length, other.length)
  return Array.from({ length }, (_, index) => [one[index], other[index]])
    .flat()
    .filter((item): item is Item => item !== undefined)
}

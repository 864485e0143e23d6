import distance from 'damerau-levenshtein'
import type { PrismaClient } from '../../prisma/products/generated/client.ts'
import type { Site } from '../kit/sites.ts'
import { isStorable } from '../kit/text.ts'

/** Words of a query: what stands between blanks and punctuation, as `product_terms` in the database has it. */
const word = /[^\s!-/:-@[-`{-~\u2000-\u206f]+/g

/** A word as `SearchTerm` has it: without case and accents. */
export const toTerm = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()

/** The words of a query as terms, in their order. */
export const termsOf = (query: string): string[] => [...query.matchAll(word)].map(([text]) => toTerm(text))

/** So many words of a query are looked at: nobody misspells more, and each costs. */
const maximumWords = 8
const letters = 'abcdefghijklmnopqrstuvwxyz'

/** All that is one slip away from a short word. Of long ones the trigrams tell enough. */
function slips(term: string): string[] {
  if (term.length < 3 || term.length > 7) return []
  const found = new Set<string>()
  for (let at = 0; at <= term.length; at++) {
    const [before, after] = [term.slice(0, at), term.slice(at)]
    for (const letter of letters) {
      found.add(before + letter + after)
      if (after !== '') found.add(before + letter + after.slice(1))
    }
    if (after !== '') found.add(before + after.slice(1))
    if (after.length > 1) found.add(before + after.charAt(1) + after.charAt(0) + after.slice(2))
  }
  return [...found]
}

/** `scarves` and `knives` for `scarf` and `knife`, which stemming keeps apart. */
const irregular = (term: string): string[] =>
  term.endsWith('ves') ? [`${term.slice(0, -3)}f`, `${term.slice(0, -3)}fe`] : []

/** How many slips a word may have for it to be taken for another. */
const slipsIn = (term: string): number => (term.length <= 4 ? 1 : term.length <= 8 ? 2 : 3)

interface Candidate {
  asked: string
  term: string
  products: number
  /** Whether the two are forms of one word, as jumpers and jumper: search finds the one by the other. */
  isForm: boolean
}

/** Terms of the site that are like the words, and the words themselves where they are terms; at most 12 for each. */
function loadCandidates(prisma: PrismaClient, site: Site, words: readonly string[]): Promise<Candidate[]> {
  const near = words.flatMap((asked) =>
    [...irregular(asked), ...slips(asked)].map((term) => ({ asked, term })),
  )
  return prisma.$queryRaw<Candidate[]>`
    SELECT word."asked", candidate."term", candidate."products",
           ts_lexize('english_stem', word."asked") = ts_lexize('english_stem', candidate."term") AS "isForm"
    FROM unnest(${words}::text[]) AS word ("asked")
    CROSS JOIN LATERAL (
      SELECT term."term", term."products", similarity(term."term", word."asked") AS "likeness"
      FROM "SearchTerm" term
      WHERE term."site" = ${site} AND term."products" > 0 AND term."term" % word."asked"
      UNION
      SELECT term."term", term."products", 1
      FROM unnest(${near.map(({ asked }) => asked)}::text[], ${near.map(({ term }) => term)}::text[])
        AS slip ("asked", "term")
      JOIN "SearchTerm" term ON term."site" = ${site} AND term."term" = slip."term" AND term."products" > 0
      WHERE slip."asked" = word."asked"
      ORDER BY "likeness" DESC, "products" DESC LIMIT 12
    ) candidate`
}

/** The term that a word was meant to be; null where it is one, is a form of one, or is like none. */
function meant(asked: string, candidates: readonly Candidate[]): string | null {
  if (candidates.some(({ term, isForm }) => term === asked || isForm)) return null
  const [best] = candidates
    .map(({ term, products }) => ({
      ...{ term, products },
      slips: irregular(asked).includes(term) ? 0 : distance(asked, term).steps,
    }))
    .filter((candidate) => candidate.slips <= slipsIn(asked))
    .map((candidate) => ({
      ...candidate,
      // Hardly anybody gets the first letter wrong.
      cost: candidate.slips + (candidate.term.charAt(0) === asked.charAt(0) ? 0 : 0.5),
    }))
    .sort((one, other) => one.cost - other.cost || other.products - one.products)
  return best?.term ?? null
}

/**
 * The query in a better spelling: two words that are one there are joined, each word that the site's products do not
 * have becomes the likest one that they do, or hyphens are left out. Null where there is nothing better.
 */
export async function correctSpelling(
  prisma: PrismaClient,
  site: Site,
  query: string,
): Promise<string | null> {
  const terms = [...new Set(termsOf(query))]
    .filter((term) => term.length > 2 && term.length <= 40 && term !== 'or' && isStorable(term))
    .slice(0, maximumWords)
  if (terms.length === 0) return null
  const joined = terms
    .slice(1)
    .map((term, index) => ({ parts: [terms[index], term], whole: terms[index] + term }))
  const candidates = await loadCandidates(prisma, site, [...terms, ...joined.map(({ whole }) => whole)])
  const of = (asked: string) => candidates.filter((candidate) => candidate.asked === asked)

  const isTerm = (asked: string) => of(asked).some(({ term, isForm }) => term === asked || isForm)
  const pairs = joined.filter(({ whole }) => isTerm(whole))
  const join = ({ parts, whole }: (typeof joined)[number]) =>
    query.replaceAll(word, (text) => toTerm(text)).replace(parts.join(' '), whole)
  const strange = pairs.find(({ parts }) => !parts.every((part) => isTerm(part ?? '')))
  const better = [
    ...(strange === undefined ? [] : [join(strange)]),
    query.replaceAll(word, (text) => meant(toTerm(text), of(toTerm(text))) ?? text),
    ...pairs.map(join),
    query.replaceAll(/(?<=\p{L})-(?=\p{L})/gu, ' '),
  ]
  return better.find((spelling) => spelling !== query) ?? null
}

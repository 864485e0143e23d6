import type { PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { listForEach } from '../kit/batching.ts'
import type { DimensionRating, DimensionRatingInput, RatingDimension } from './schema.generated.ts'

/** The kind of every product that nothing else is said of. */
export const plainKind = 'general'

/** What reviews of each product rate beside the whole, in order. */
export async function loadDimensions(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  productIds: readonly string[],
): Promise<RatingDimension[][]> {
  const rows = await prisma.$queryRaw<(RatingDimension & { productId: string })[]>`
    SELECT product."id" AS "productId", dimension."dimension" AS "key", dimension."label"
    FROM unnest(${productIds}::uuid[]) AS product ("id")
    LEFT JOIN "ProductKind" product_kind ON product_kind."productId" = product."id"
    JOIN "RatingDimension" dimension ON dimension."kind" = coalesce(product_kind."kind", ${plainKind})
    ORDER BY dimension."position", dimension."dimension"`
  return listForEach(productIds, rows, ({ productId }) => productId)
}

/** A review's ratings of its product's sides. One of a side that the product is not rated by any more is not shown. */
export const ratedDimensions = (
  dimensions: readonly RatingDimension[],
  ratings: Readonly<Record<string, number>>,
): DimensionRating[] =>
  dimensions.flatMap((dimension) => {
    const rating = ratings[dimension.key]
    return rating === undefined ? [] : [{ dimension, rating }]
  })

interface DimensionProblem {
  /** Where in the input, below `dimensionRatings`. */
  at: string[]
  message: string
}

/** The ratings by their dimensions' keys, or what is wrong with them. */
export function readDimensionRatings(
  given: readonly DimensionRatingInput[],
  dimensions: readonly RatingDimension[],
): { ratings: Record<string, number> } | { problems: DimensionProblem[] } {
  const known = dimensions.map(({ key }) => key)
  if (given.length > known.length) {
    return { problems: [{ at: [], message: `Rate each of these once at most: ${known.join(', ')}.` }] }
  }
  const ratings = new Map<string, number>()
  const problems: DimensionProblem[] = []
  for (const [index, { dimension, rating }] of given.entries()) {
    const place = String(index)
    if (!known.includes(dimension)) {
      problems.push({
        at: [place, 'dimension'],
        message: `Reviews of this product don't rate that: they rate ${known.join(', ')}.`,
      })
    } else if (ratings.has(dimension)) {
      problems.push({ at: [place, 'dimension'], message: `The ${dimension} is rated twice: rate it once.` })
    }
    if (rating < 1 || rating > 5) {
      problems.push({ at: [place, 'rating'], message: `The rating is ${rating}: give 1 to 5.` })
    }
    ratings.set(dimension, rating)
  }
  return problems.length === 0 ? { ratings: Object.fromEntries(ratings) } : { problems }
}

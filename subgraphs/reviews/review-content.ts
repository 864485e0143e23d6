import { readLine, readText, shortName } from '../kit/text.ts'
import type { Context } from './context.ts'
import type { ReviewContent } from './mappers.ts'
import { readDimensionRatings } from './rating-dimensions.ts'
import { readPhotos } from './review-photos.ts'
import type { Refusal } from './review-write.ts'
import type { ReviewUpdateInput } from './schema.generated.ts'

const longestName = 60
const nameless = 'A customer'

/** The name that a review shows when its author asks for none. */
export const ownName = (name: string | null): string =>
  (name === null ? null : readLine(shortName(name), longestName)) ?? nameless

type GivenContent = Pick<
  ReviewUpdateInput,
  'rating' | 'title' | 'body' | 'displayName' | 'dimensionRatings' | 'photos'
>

/**
 * What an author gave, as it is kept: only the parts that were given. Or all that is wrong with it, each by its field.
 * A product's sides are looked up only where one is rated.
 */
export async function readContent(
  { loaders, settings }: Context,
  productId: string,
  { rating, title, body, displayName, dimensionRatings, photos }: GivenContent,
): Promise<{ content: Partial<ReviewContent> } | { refusals: Refusal[] }> {
  const content: Partial<ReviewContent> = {}
  const refusals: Refusal[] = []
  const refuse = (code: Refusal['code'], field: readonly string[], message: string) =>
    refusals.push({ code, field, message })

  if (rating != null) {
    if (rating < 1 || rating > 5)
      refuse('INVALID_RATING', ['rating'], `The rating is ${rating}: give 1 to 5.`)
    content.rating = rating
  }
  if (title != null) {
    const read = readLine(title, 120)
    if (read === null) {
      refuse('INVALID_TITLE', ['title'], 'Give the review a title: 1 to 120 characters of plain text.')
    } else content.title = read
  }
  if (body != null) {
    const read = readText(body, 5000)
    if (read === null) refuse('INVALID_BODY', ['body'], 'Write 1 to 5,000 characters of plain text.')
    else content.body = read
  }
  if (displayName?.trim()) {
    const read = readLine(displayName, longestName)
    if (read === null) {
      const message = `Choose a name: at most ${longestName} characters of plain text.`
      refuse('INVALID_DISPLAY_NAME', ['displayName'], message)
    } else content.authorName = read
  }
  if (dimensionRatings != null) {
    const dimensions = dimensionRatings.length === 0 ? [] : await loaders.dimensions.load(productId)
    const read = readDimensionRatings(dimensionRatings, dimensions)
    if ('ratings' in read) content.dimensionRatings = read.ratings
    else {
      for (const { at, message } of read.problems) {
        refuse('INVALID_DIMENSION_RATING', ['dimensionRatings', ...at], message)
      }
    }
  }
  if (photos != null) {
    const read = readPhotos(photos, settings.reviewPhotoHosts)
    if ('photos' in read) content.photos = read.photos
    else for (const { at, message } of read.problems) refuse('INVALID_PHOTO', ['photos', ...at], message)
  }
  return refusals.length > 0 ? { refusals } : { content }
}

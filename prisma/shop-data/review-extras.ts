import { DAY_MS, HOUR_MS } from './dates.ts'
import { itemAt, type Random, randomFor } from './random.ts'
import type { CustomerData, ProductData, ProductKindName, Rating, ReviewData } from './types.ts'
import type { FamilyName } from './wording/families.ts'
import { answers, captions, rejectionNotes, reportComments } from './wording/review-extras.ts'

/** What reviews of each kind of product rate beside the whole: as the table of reviews' own database has it. */
export const ratingDimensions = {
  general: ['quality', 'value'],
  clothing: ['fit', 'comfort', 'quality', 'value'],
  outdoor: ['durability', 'comfort', 'value'],
  home: ['quality', 'looks', 'value'],
  electronics: ['sound', 'ease', 'value'],
  play: ['fun', 'quality', 'value'],
} as const

/** The kind of product that each family is of, to reviews. */
export const kindOfFamily: Readonly<Record<FamilyName, ProductKindName>> = {
  knit: 'clothing',
  top: 'clothing',
  outer: 'clothing',
  woollies: 'clothing',
  pack: 'outdoor',
  tent: 'outdoor',
  sleep: 'outdoor',
  flask: 'outdoor',
  light: 'outdoor',
  crockery: 'home',
  cookware: 'home',
  textile: 'home',
  furniture: 'home',
  pots: 'home',
  gardentool: 'home',
  paper: 'general',
  writing: 'general',
  desk: 'general',
  seeds: 'general',
  tabletop: 'play',
  puzzle: 'play',
  toy: 'play',
  kite: 'play',
  headset: 'electronics',
  speaker: 'electronics',
  turntable: 'electronics',
}

type Extras = Pick<
  ReviewData,
  'dimensionRatings' | 'photos' | 'answer' | 'holdReasons' | 'heldAt' | 'rejection' | 'reports'
>

interface ReviewFacts extends Pick<ReviewData, 'id' | 'status' | 'rating' | 'createdAt'> {
  product: ProductData
  author: CustomerData
  kind: ProductKindName
  /** Who may have reported it. */
  customers: readonly CustomerData[]
  today: Date
}

/** What stands around a review: ratings of the product's sides, photos, the shop's answer, what moderators see. */
export function extrasOf(review: ReviewFacts): Extras {
  const { id, status, kind, rating, today } = review
  const random = randomFor(`review-extras:${id}`)
  const reports = status === 'PENDING' || random.chance(0.004) ? reportsOf(review, random) : []
  const isReported = reports.length >= 3
  return {
    dimensionRatings: random.chance(0.62) ? sidesOf(kind, rating, random) : {},
    photos: random.chance(rating >= 3 ? 0.11 : 0.05) ? photosOf(review, random) : [],
    answer: status === 'PUBLISHED' ? answerTo(review, random) : null,
    holdReasons: status === 'PENDING' ? [isReported ? 'REPORTS' : 'MODERATOR'] : [],
    heldAt: status === 'PENDING' ? later(review.createdAt, 0.5, today, random) : null,
    rejection:
      status === 'REJECTED'
        ? { ...random.pick(rejectionNotes), rejectedAt: later(review.createdAt, 2, today, random) }
        : null,
    reports: status === 'PUBLISHED' ? reports.slice(0, 2) : reports,
  }
}

/** So many days after, at most, and never after today. */
function later(from: Date, days: number, today: Date, random: Random): Date {
  const most = Math.min(days * DAY_MS, today.getTime() - from.getTime())
  return new Date(from.getTime() + Math.floor(most * random.next()))
}

/** Near the whole, as most people rate a side: one up or down at times. */
function sidesOf(kind: ProductKindName, rating: Rating, random: Random): Record<string, Rating> {
  const near = () => Math.min(5, Math.max(1, rating + random.pick([-1, 0, 0, 0, 1]))) as Rating
  const sides = ratingDimensions[kind].filter(() => random.chance(0.85))
  return Object.fromEntries(sides.map((side) => [side, near()]))
}

const photosOf = ({ id, product }: ReviewFacts, random: Random): ReviewData['photos'] =>
  Array.from({ length: random.integer(1, 3) }, (_, index) => ({
    url: `https://photos.arcade.example/reviews/${id}/${index + 1}.jpg`,
    altText: random.chance(0.8)
      ? `${product.title} ${itemAt(captions, random.integer(0, captions.length - 1))}`
      : null,
  }))

function answerTo({ rating, createdAt, author, today }: ReviewFacts, random: Random): ReviewData['answer'] {
  if (!random.chance(rating <= 2 ? 0.55 : rating === 3 ? 0.25 : 0.03)) return null
  const mood = rating >= 4 ? 'glad' : 'sorry'
  return {
    body: random.pick(answers[mood]).replace('{name}', author.firstName),
    answeredAt: later(new Date(Math.min(createdAt.getTime() + HOUR_MS, today.getTime())), 5, today, random),
  }
}

function reportsOf(
  { createdAt, author, customers, today }: ReviewFacts,
  random: Random,
): ReviewData['reports'] {
  const since = customers.filter(({ index, joinedAt }) => index !== author.index && joinedAt <= createdAt)
  return random.sample(since, random.pick([0, 1, 3, 3, 4])).map(({ id: customerId }) => ({
    customerId,
    ...random.pick(reportComments),
    reportedAt: later(createdAt, 0.5, today, random),
  }))
}

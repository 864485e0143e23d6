import { familyOf, kindOf, nameOf } from './catalogue.ts'
import { before, DAY_MS, HOUR_MS, MINUTE_MS, SHOP_TODAY } from './dates.ts'
import { uuidFor } from './ids.ts'
import { type Market, popularProduct } from './orders.ts'
import { itemAt, type Random, randomFor } from './random.ts'
import { extrasOf, kindOfFamily } from './review-extras.ts'
import type { CustomerData, OrderData, ProductData, Rating, ReviewData, ReviewStatus } from './types.ts'
import { closings, contexts, openings, quibbles, titles } from './wording/reviews.ts'
import { fill, inPlural, isPlural, withArticle } from './wording/sentences.ts'

export const REVIEWS_PER_BLOCK = 5000
const VERIFIED_PER_BLOCK = 3600

interface PlannedReview {
  customer: CustomerData
  product: ProductData
  orderId: string | null
  agoMs: number
}

/** The reviews of a block, the oldest first. */
export function reviewsOf(market: Market, orders: readonly OrderData[]): ReviewData[] {
  const plans = [...verifiedPlans(market, orders)]
  const taken = new Set(
    orders.flatMap(({ customerIndex, lines }) =>
      lines.map((line) => `${customerIndex}/${line.productIndex}`),
    ),
  )
  const random = randomFor(`unverified:${market.block}`)
  while (plans.length < REVIEWS_PER_BLOCK) {
    const plan = unverifiedPlan(market, random)
    const pair = `${plan.customer.index}/${plan.product.index}`
    if (taken.has(pair)) continue
    taken.add(pair)
    plans.push(plan)
  }
  return plans
    .sort((one, other) => other.agoMs - one.agoMs)
    .map((plan, position) => reviewFor(market, plan, market.block * REVIEWS_PER_BLOCK + position))
}

/** Those who had a product delivered and wrote about it; the named customers write about most of theirs. */
function verifiedPlans(market: Market, orders: readonly OrderData[]): PlannedReview[] {
  const random = randomFor(`verified:${market.block}`)
  const productsByIndex = new Map(
    [...market.favourites, ...market.products].map((product) => [product.index, product]),
  )
  const first = itemAt(market.customers, 0).index
  const seen = new Set<string>()
  const plans: { plan: PlannedReview; order: number }[] = []
  for (const { id, customerIndex, deliveredAt, lines } of orders) {
    if (deliveredAt === null) continue
    const customer = itemAt(market.customers, customerIndex - first)
    const deliveredAgoMs = market.today.getTime() - deliveredAt.getTime()
    for (const { productIndex } of lines) {
      const pair = `${customerIndex}/${productIndex}`
      const product = productsByIndex.get(productIndex)
      const waitMs = Math.round((1 + 40 * random.next() ** 2) * 24 * 60) * MINUTE_MS
      if (product === undefined || seen.has(pair) || deliveredAgoMs - waitMs < HOUR_MS) continue
      seen.add(pair)
      const eager = customer.handle !== null && random.chance(0.7)
      plans.push({
        plan: { customer, product, orderId: id, agoMs: deliveredAgoMs - waitMs },
        order: eager ? -1 : random.next(),
      })
    }
  }
  return plans
    .sort((one, other) => one.order - other.order)
    .slice(0, VERIFIED_PER_BLOCK)
    .map(({ plan }) => plan)
}

function unverifiedPlan(market: Market, random: Random): PlannedReview {
  const customer = random.pick(market.customers.filter(({ handle }) => handle === null))
  const product = popularProduct(market, random)
  const since = Math.max(customer.joinedAt.getTime(), product.publishedAt.getTime())
  const agoMs = Math.round(((market.today.getTime() - since) * random.next()) / MINUTE_MS) * MINUTE_MS
  return { customer, product, orderId: null, agoMs }
}

function reviewFor(market: Market, plan: PlannedReview, index: number): ReviewData {
  const { customer, product, orderId, agoMs } = plan
  const random = randomFor(`review:${customer.index}/${product.index}`)
  const rating = ratingFor(product, random)
  const createdAt = before(market.today, agoMs)
  const status = statusOf(agoMs, random)
  const id = uuidFor('review', `${customer.index}/${product.index}`, before(SHOP_TODAY, agoMs))
  const kind = kindOfFamily[kindOf(product.index).family]
  const { customers, today } = market
  return {
    index,
    id,
    productId: product.id,
    productIndex: product.index,
    customerId: customer.id,
    customerIndex: customer.index,
    authorName: customer.displayName,
    site: customer.site,
    rating,
    ...textFor(product, rating, random),
    verified: orderId !== null,
    orderId,
    status,
    createdAt,
    ...extrasOf({ id, status, rating, createdAt, product, author: customer, kind, customers, today }),
    votes: status === 'PUBLISHED' ? votesFor(market, customer, rating, createdAt, random) : [],
  }
}

const temper: Readonly<Record<'loved' | 'liked' | 'divided', readonly (readonly [Rating, number])[]>> = {
  loved: [
    [5, 74],
    [4, 18],
    [3, 4],
    [2, 1.5],
    [1, 2.5],
  ],
  liked: [
    [5, 59],
    [4, 24],
    [3, 8],
    [2, 3],
    [1, 6],
  ],
  divided: [
    [5, 27],
    [4, 22],
    [3, 18],
    [2, 13],
    [1, 20],
  ],
}

/** Each product has its own quality, and its ratings are spread as real ones are: most at the top, then a hook. */
function ratingFor(product: ProductData, random: Random): Rating {
  const quality = randomFor(`quality:${product.index}`).weighted([
    ['loved', 30],
    ['liked', 58],
    ['divided', 12],
  ] as const)
  return random.weighted(temper[quality])
}

function statusOf(agoMs: number, random: Random): ReviewStatus {
  if (random.chance(0.012)) return 'REJECTED'
  return agoMs < 4 * DAY_MS && random.chance(0.5) ? 'PENDING' : 'PUBLISHED'
}

function textFor(product: ProductData, rating: Rating, random: Random): { title: string; body: string } {
  const { model, noun } = nameOf(product.index)
  const family = familyOf(kindOf(product.index))
  const plural = isPlural(noun)
  const pluralWord = /Blocks|Pencils/.test(noun) ? 'set' : 'pair'
  const say = (sentence: string) => (plural ? inPlural(sentence) : sentence)
  const colours = product.options.find(({ name }) => name === 'Colour')?.values ?? []
  // Nobody speaks of the colour of a thing that comes in one only.
  const fitting = (list: readonly string[]) =>
    colours.length > 0 ? list : list.filter((sentence) => !sentence.includes('{colour}'))
  const slots = {
    model,
    noun: plural ? pluralWord : noun.toLowerCase(),
    'a noun': plural ? `a ${pluralWord}` : withArticle(noun.toLowerCase()),
    brand: product.brand,
    colour: colours.length > 0 ? random.pick(colours).toLowerCase() : '',
    weeks: random.pick(['two', 'three', 'four', 'six', 'eight', 'ten', 'a dozen']),
  }
  const praise = random.sample(family.praise, 3).map(say)
  const grumbles = random.sample(family.grumbles, 2).map(say)
  const [first = '', second = '', third = ''] = praise
  const [fault = '', worse = ''] = grumbles
  const mood = rating >= 4 ? 'glad' : rating === 3 ? 'mixed' : 'sorry'
  const quibble = `${random.pick(quibbles)} ${fault.charAt(0).toLowerCase()}${fault.slice(1)}`
  const middle = {
    5: random.chance(0.35) ? [first, second, third] : random.chance(0.7) ? [first, second] : [first],
    4: random.chance(0.6) ? [first, quibble] : [first, second],
    3: [first, fault],
    2: random.chance(0.5) ? [fault, worse] : [fault, first],
    1: random.chance(0.7) ? [fault, worse] : [fault],
  }[rating]
  const sentences = [
    ...(random.chance(0.75) ? [random.pick(fitting(openings[mood]))] : []),
    ...middle,
    ...(rating >= 3 && random.chance(0.45) ? [random.pick(fitting(contexts))] : []),
    ...(random.chance(0.55) ? [random.pick(fitting(closings[mood]))] : []),
  ]
  return {
    title: fill(random.pick(titles[rating]), slots),
    body: fill(inParagraphs(sentences, random), slots),
  }
}

function inParagraphs(sentences: readonly string[], random: Random): string {
  if (sentences.length < 4 || random.chance(0.7)) return sentences.join(' ')
  const cut = random.integer(1, sentences.length - 2)
  return `${sentences.slice(0, cut).join(' ')}\n\n${sentences.slice(cut).join(' ')}`
}

function votesFor(
  market: Market,
  author: CustomerData,
  rating: Rating,
  createdAt: Date,
  random: Random,
): ReviewData['votes'] {
  const count = Math.floor(13 * random.next() ** 3.2)
  const readers = random.sample(market.customers, count).filter(({ index }) => index !== author.index)
  const helpfulShare = rating === 5 || rating === 3 ? 0.86 : 0.8
  return readers.map((reader) => {
    const since = Math.max(createdAt.getTime(), reader.joinedAt.getTime())
    const votedAt = new Date(since + Math.floor((market.today.getTime() - since) * random.next() ** 2))
    return {
      customerId: reader.id,
      customerIndex: reader.index,
      helpful: random.chance(helpfulShare),
      votedAt,
    }
  })
}

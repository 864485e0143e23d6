import { before, DAY_MS, HOUR_MS, SHOP_TODAY } from './dates.ts'
import { uuidFor } from './ids.ts'
import { picture, widePicture } from './pictures.ts'
import { itemAt, type Random, randomFor, scattered } from './random.ts'
import type { CollectionData, CurrencyCode, PriceData, ProductData, SiteName, VariantData } from './types.ts'
import { departments } from './wording/collections.ts'
import { type ColourName, colourNames, palettes } from './wording/colours.ts'
import { type Family, families } from './wording/families.ts'
import { type Choice, complements, type Kind, kinds } from './wording/kinds.ts'
import { brands, models } from './wording/names.ts'
import { capitalised, fill, inPlural, isPlural, withArticle } from './wording/sentences.ts'

/** One in so many products has been there since before the first customer came. */
export const FOUNDING_EVERY = 12
/** Customers join after this, founding products are published before. */
export const FIRST_CUSTOMER_DAYS_AGO = 1090

export const currencies: Readonly<Record<SiteName, CurrencyCode>> = { main: 'EUR', outlet: 'USD' }

const SALE_FROM = new Date('2026-01-01T00:00:00.000Z')
const SALE_UNTIL = new Date('2030-01-01T00:00:00.000Z')

/** Product number `index`, from the number alone. Ids and titles do not depend on `today`. */
export function productAt(index: number, today: Date): ProductData {
  const kind = kindOf(index)
  const random = randomFor(`product:${index}`)
  const name = nameOf(index)
  const department = departmentOf(kind)
  const brand = random.pick(brands[department] ?? [])
  const agoMs = publishedAgoMs(index)
  const idTime = before(SHOP_TODAY, agoMs)
  const id = productId(index)

  const colours = random.sample<ColourName>(palettes[kind.colours], random.integer(...kind.colourCount))
  const sites: SiteName[] = random.chance(0.5) ? ['main', 'outlet'] : ['main']
  const priceOf = pricing(kind, sites, today, random)
  const combinations = combinationsOf(kind, colours, random)
  const soldOut = random.chance(0.04)
  const variants = combinations.map((combination, position): VariantData => {
    const { options, colour, steps } = combination
    return {
      id: uuidFor('variant', `${index}/${position}`, idTime),
      sku: `${kind.code}-${String(index).padStart(5, '0')}-${String(position + 1).padStart(2, '0')}`,
      title: options.map((option) => option.value).join(' / '),
      position,
      options,
      prices: priceOf(steps),
      stock: soldOut ? 0 : stockOf(random),
      weightGrams: weightOf(kind, steps, index),
      picture: picture({ motif: kind.motif, colour, seed: String(index), view: 1, title: name.title }),
    }
  })

  const optionNames = itemAt(variants, 0).options.map((option) => option.name)
  const cheapest = Math.min(...variants.map((variant) => itemAt(variant.prices, 0).amount))
  return {
    index,
    id,
    slug: slugOf(name.title),
    title: name.title,
    description: describe(kind, name, brand, random),
    brand,
    tags: tagsOf(kind, name),
    collections: collectionSlugsOf(kind, cheapest, random).map((slug) => ({ id: collectionId(slug), slug })),
    sites,
    options: optionNames.map((optionName) => ({
      name: optionName,
      values: [
        ...new Set(
          variants.flatMap(({ options }) =>
            options.filter((option) => option.name === optionName).map((option) => option.value),
          ),
        ),
      ],
    })),
    variants,
    media: mediaOf(kind, index, name.title, colours, random),
    publishedAt: before(today, agoMs),
    complements: complementsOf(index),
  }
}

function productId(index: number): string {
  return uuidFor('product', String(index), before(SHOP_TODAY, publishedAgoMs(index)))
}

/** What someone has put beside a product: things of other kinds of the same round, so of the same block. */
function complementsOf(index: number): string[] {
  const round = index - (index % kinds.length)
  return (complements[kindOf(index).code] ?? []).map((code) =>
    productId(round + kinds.findIndex((kind) => kind.code === code)),
  )
}

/** What a variant costs on a site at an instant. Throws when the site does not sell it. */
export function priceAt(variant: VariantData, site: SiteName, at: Date): number {
  const price = variant.prices.find((candidate) => candidate.site === site)
  if (price === undefined) throw new RangeError(`Site ${site} does not sell ${variant.sku}.`)
  return price.sale !== null && price.sale.from <= at && at < price.sale.until
    ? price.sale.amount
    : price.amount
}

export function kindOf(productIndex: number): Kind {
  return itemAt(kinds, productIndex % kinds.length)
}

export function familyOf(kind: Kind): Family {
  return families[kind.family]
}

interface ProductName {
  title: string
  model: string
  material: string
  noun: string
}

/**
 * Walks all combinations of model, material and noun of a kind without meeting one twice; nouns belong to one
 * kind each, so no title comes twice in the shop. When all are used up, the next round is a second edition.
 */
export function nameOf(index: number): ProductName {
  const kind = kindOf(index)
  const serial = Math.floor(index / kinds.length)
  const perNoun = models.length * kind.materials.length
  const size = perNoun * kind.nouns.length
  const start = scattered(index % kinds.length, models.length) + 7 * (index % kinds.length)
  const place = scattered(serial, size, start)
  const model = itemAt(models, place % models.length)
  const material = itemAt(kind.materials, Math.floor(place / models.length) % kind.materials.length)
  const noun = itemAt(kind.nouns, Math.floor(place / perNoun))
  const edition = Math.floor(serial / size) + 1
  const title = [model, material, noun, ...(edition > 1 ? [`No. ${edition}`] : [])].join(' ')
  return { title, model, material, noun }
}

function publishedAgoMs(index: number): number {
  const random = randomFor(`published:${index}`)
  if (index % FOUNDING_EVERY === 0) return (FIRST_CUSTOMER_DAYS_AGO + random.integer(2, 28)) * DAY_MS
  return random.integer(6, FIRST_CUSTOMER_DAYS_AGO * 24) * HOUR_MS
}

function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

interface Combination {
  options: { name: string; value: string }[]
  colour: ColourName
  /** By what the choices raise the price: 0.2 is a fifth. */
  steps: number
}

function combinationsOf(kind: Kind, colours: readonly ColourName[], random: Random): Combination[] {
  const mainColour = itemAt(colours, 0)
  let combinations: Combination[] = [{ options: [], colour: mainColour, steps: 0 }]
  for (const choice of kind.choices) {
    const values = runOf(choice, random)
    combinations = combinations.flatMap((combination) =>
      values.map((value) => ({
        ...combination,
        options: [...combination.options, { name: choice.name, value }],
        steps: combination.steps + choice.step * choice.values.indexOf(value),
      })),
    )
  }
  if (colours.length > 1 || kind.choices.length === 0) {
    const name = kind.colours === 'timber' ? 'Finish' : 'Colour'
    combinations = combinations.flatMap((combination) =>
      colours.map((colour) => ({
        ...combination,
        colour,
        options: [...combination.options, { name, value: colourNames[colour] }],
      })),
    )
  }
  if (combinations.length < 6) return combinations
  const made = combinations.filter(() => random.chance(0.92))
  return made.length > 0 ? made : combinations
}

/** The values of a choice that one product comes in: neighbours, as a run of sizes is. */
function runOf(choice: Choice, random: Random): readonly string[] {
  const count = choice.values.length
  if (count <= 2) return choice.values
  const length = random.integer(count > 4 ? count - 2 : count - 1, count)
  const start = random.integer(0, count - length)
  return choice.values.slice(start, start + length)
}

/** Gives the prices of a variant by what its choices add. */
function pricing(kind: Kind, sites: readonly SiteName[], today: Date, random: Random) {
  const [low, high] = kind.price
  const base = low + (high - low) * random.next() ** 1.5
  const ending = random.pick(base < 2000 ? [90, 95] : base < 12000 ? [90, 95, 0] : [0, 0, 95])
  const sales = sites.map(() => saleOf(today, random))
  return (steps: number): PriceData[] =>
    sites.map((site, index) => {
      const share = site === 'main' ? 1 : 0.74
      const amount = retailPrice(base * (1 + steps) * share, ending)
      const sale = itemAt(sales, index)
      return {
        site,
        currency: currencies[site],
        amount,
        sale:
          sale === null
            ? null
            : {
                amount: Math.min(retailPrice(amount * (1 - sale.off), ending), amount - 100),
                from: sale.from,
                until: sale.until,
              },
      }
    })
}

function retailPrice(cents: number, ending: number): number {
  return Math.max(1, Math.round((cents - ending) / 100)) * 100 + ending
}

function saleOf(today: Date, random: Random): { off: number; from: Date; until: Date } | null {
  if (!random.chance(0.17)) return null
  const off = random.pick([0.15, 0.2, 0.2, 0.25, 0.3, 0.3, 0.4])
  const days = (count: number) => before(today, count * DAY_MS)
  return random.weighted([
    [{ off, from: SALE_FROM, until: SALE_UNTIL }, 60],
    [{ off, from: days(random.integer(2, 12)), until: days(-random.integer(5, 40)) }, 16],
    [{ off, from: days(random.integer(120, 160)), until: days(random.integer(60, 100)) }, 14],
    [{ off, from: days(-random.integer(10, 30)), until: days(-random.integer(40, 70)) }, 10],
  ])
}

function stockOf(random: Random): number {
  const draw = random.next()
  if (draw < 0.06) return 0
  if (draw < 0.16) return random.integer(1, 4)
  return 5 + Math.floor(245 * random.next() ** 2)
}

/** The dearer forms are the larger ones, and weigh more. Draws of its own, so that all else stays as it was. */
function weightOf(kind: Kind, steps: number, index: number): number {
  const [light, heavy] = familyOf(kind).weightGrams
  const weight = (light + (heavy - light) * randomFor(`weight:${index}`).next()) * (1 + steps)
  return Math.max(10, Math.round(weight / 10) * 10)
}

const properMaterials = new Set(['Shetland', 'Japanese', 'Cordura', 'Ventile'])

function describe(kind: Kind, name: ProductName, brand: string, random: Random): string {
  const family = familyOf(kind)
  const plural = isPlural(name.noun)
  const noun = lowerCase(name.noun)
  const slots = {
    title: name.title,
    noun,
    'a noun': withArticle(noun),
    'A noun': capitalised(withArticle(noun)),
    material: lowerCase(name.material),
    brand,
  }
  const details = random
    .sample(family.details, random.integer(1, 2))
    .map((detail) => (plural ? inPlural(detail) : detail))
  const closing = random.pick(closings)
  return [random.pick(family.openings), ...details, ...(random.chance(0.7) ? [closing] : [])]
    .map((sentence) => fill(sentence, slots))
    .join(' ')
}

const closings = [
  '{brand} mends what it makes, for as long as there is something to mend.',
  'Sent in a plain box, without plastic.',
  'Made in small runs, so a shade may differ from one to the next.',
  'A good present, and a better habit.',
  'Five years of guarantee by {brand}, and no small print.',
  'Comes with a card on how to look after it.',
  'Designed and made in Europe.',
  'One of those purchases that you make once.',
]

function lowerCase(text: string): string {
  return text
    .split(' ')
    .map((word) => (properMaterials.has(word) ? word : word.toLowerCase()))
    .join(' ')
}

function tagsOf(kind: Kind, name: ProductName): string[] {
  return [...new Set([...familyOf(kind).tags, slugOf(name.material), slugOf(kind.motif)])].sort()
}

const restful = new Set(['light', 'textile', 'tabletop', 'puzzle', 'turntable', 'crockery'])
const packable = new Set(['pack', 'tent', 'sleep', 'flask', 'outer', 'kite'])
const lasting = new Set(['cookware', 'furniture', 'gardentool', 'pack', 'turntable', 'writing', 'knit'])

/** The collection of the kind, and the edits that someone would have put the product into. */
function collectionSlugsOf(kind: Kind, cheapest: number, random: Random): string[] {
  const edits: string[] = []
  if (cheapest < 3000 && random.chance(0.6)) edits.push('gifts')
  if (restful.has(kind.family) && random.chance(0.3)) edits.push('slow-evenings')
  if (packable.has(kind.family) && random.chance(0.4)) edits.push('weekend-away')
  if (lasting.has(kind.family) && random.chance(0.25)) edits.push('made-to-last')
  return [kind.collection, ...edits]
}

function mediaOf(kind: Kind, index: number, title: string, colours: readonly ColourName[], random: Random) {
  const { motif } = kind
  const seed = String(index)
  const first = itemAt(colours, 0)
  const second = itemAt(colours, Math.min(1, colours.length - 1))
  return [
    picture({ motif, colour: first, seed, view: 1, title }),
    picture({ motif, colour: second, seed, view: 2, title }),
    ...(random.chance(0.5) ? [picture({ motif, colour: first, seed, view: 3, title })] : []),
  ]
}

export function collectionId(slug: string): string {
  return uuidFor('collection', slug)
}

function departmentOf(kind: Kind): string {
  const found = departments.find(({ children }) => children.some(({ slug }) => slug === kind.collection))
  if (found === undefined) throw new RangeError(`No department holds the collection ${kind.collection}.`)
  return found.slug
}

/** Each department, followed by its children. */
export function* collections(): Generator<CollectionData> {
  for (const [position, department] of departments.entries()) {
    yield collection(department, position, null)
    for (const [below, item] of department.children.entries()) yield collection(item, below, department.slug)
  }
}

function collection(
  entry: { slug: string; title: string; description: string; motif: string; colour: string },
  position: number,
  parentSlug: string | null,
): CollectionData {
  const { slug, title, description, motif, colour } = entry
  return {
    id: collectionId(slug),
    slug,
    title,
    description,
    position,
    parentId: parentSlug === null ? null : collectionId(parentSlug),
    parentSlug,
    picture: widePicture({ motif, colour, seed: slug, altText: `${title}: a drawing of the collection` }),
  }
}

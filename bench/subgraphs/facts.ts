// What the subgraphs answer. As many users, products and reviews as in the public benchmark, related in the same way,
// with texts of the same lengths. But every id, text and number depends on who asks, so that no gateway can gain from
// answers that happen to repeat.

/** Who asks: everything is made of the token in the Authorization header. */
export interface Caller {
  token: string
  /** 0 to 9, added to every number: few enough that no number gets more digits. */
  shift: number
}

export const callerOf = (token: string): Caller => ({ token, shift: digitOf(token) })

function digitOf(token: string): number {
  let hash = 0
  for (let index = 0; index < token.length; index++) hash = (hash * 31 + token.charCodeAt(index)) % 9973
  return hash % 10
}

export type Representation = Record<string, unknown>

/** One object of the graph. */
export interface Source {
  type: string
  index: number
  /** What the gateway told of it, where it is asked for as an entity. */
  given?: Representation
}

type Arguments = Record<string, unknown>

/** How a field is answered: as JSON text, as an object or as a list of objects. */
export type Fact =
  | { leaf: (source: Source, caller: Caller) => string }
  | { one: (source: Source, caller: Caller, given: Arguments) => Source | null }
  | { many: (source: Source, caller: Caller, given: Arguments) => (Source | null)[] }

const people = [
  ['Ines Marchetti', 'inesm'],
  ['Tobias Lund', 'tobias.lund'],
  ['Priya Natarajan', 'priyanatarajan'],
  ['Omar Haddad', 'ohaddad'],
  ['Greta Vogel', 'gretavogel'],
  ['Kenji Watanabe', 'kenji.w'],
] as const

const goods = [
  { name: 'Desk', price: 880, weight: 100, inStock: true },
  { name: 'Bench', price: 1280, weight: 1100, inStock: false },
  { name: 'Mug', price: 14, weight: 20, inStock: false },
  { name: 'Stool', price: 480, weight: 140, inStock: false },
  { name: 'Oven', price: 1390, weight: 1200, inStock: true },
  { name: 'Rug', price: 6900, weight: 300, inStock: true },
  { name: 'Wardrobe', price: 3900, weight: 2000, inStock: true },
  { name: 'Freezer', price: 100000, weight: 6000, inStock: false },
  { name: 'Daybed', price: 9900, weight: 800, inStock: true },
] as const

/** The length of each review's body, and the product that it is about. */
const opinions = [
  { length: 445, product: 0 },
  { length: 295, product: 0 },
  { length: 276, product: 0 },
  { length: 146, product: 0 },
  { length: 445, product: 1 },
  { length: 295, product: 1 },
  { length: 276, product: 1 },
  { length: 146, product: 1 },
  { length: 146, product: 2 },
  { length: 146, product: 3 },
  { length: 868, product: 3 },
] as const

const prose =
  'It came in a plain box, two days early, and stood ready in ten minutes. The finish is even, the corners are ' +
  'square, and nothing rattles when the tram goes by. After a month of daily use there is one faint mark that a ' +
  'damp cloth took away. I would have liked a longer cable and a manual in larger print; the drawings, though, ' +
  'are clear. My neighbour has since bought the same one in grey. '

/** About what a token and a blank take. */
const tokenLength = 7

const bodies = opinions.map(({ length }, index) =>
  prose
    .slice(index * 7)
    .concat(prose, prose, prose)
    .slice(0, length - tokenLength),
)

const listOf = (type: string, { length }: { length: number }): Source[] =>
  Array.from({ length }, (_, index) => ({ type, index }))
const users = listOf('User', people)
const products = listOf('Product', goods)
const reviews = listOf('Review', opinions)
const reviewsOfUser = reviews.slice(0, 2)
const reviewsOfProduct = goods.map((_, product) =>
  reviews.filter(({ index }) => opinions[index]?.product === product),
)

const at = (list: readonly Source[], index: number) => list[index] ?? null
const good = ({ index }: Source) => goods[index] ?? goods[0]

const idText = ({ index }: Source, { token }: Caller) => token + (index + 1)
/** Everything that is quoted here has nothing in it that JSON escapes. */
const quoted = (text: string) => `"${text}"`
const id: Fact = { leaf: (source, caller) => quoted(idText(source, caller)) }
const username: Fact = {
  leaf: ({ index }, { token }) => quoted(`${people[index]?.[1]}.${token}`),
}

/** The index in an id that this caller was given; -1 in any other. */
function indexIn(value: unknown, { token }: Caller): number {
  if (typeof value !== 'string' || !value.startsWith(token)) return -1
  return Number(value.slice(token.length)) - 1
}

const shippingEstimate = (price: unknown, weight: unknown) => {
  if (typeof price !== 'number' || typeof weight !== 'number') return 'null'
  return price > 1000 ? '0' : String(Math.floor(weight / 2))
}

function entityOf(representation: Representation, caller: Caller): Source | null {
  const { __typename: type } = representation
  if (type === 'User') return at(users, indexIn(representation.id, caller))
  if (type === 'Review') return at(reviews, indexIn(representation.id, caller))
  if (type !== 'Product') return null
  const product = at(products, indexIn(representation.upc, caller))
  return product && { ...product, given: representation }
}

const isRepresentation = (value: unknown): value is Representation =>
  typeof value === 'object' && value !== null

const facts: Record<string, Fact> = {
  'Query.me': { one: () => at(users, 0) },
  'Query.user': { one: (_, caller, given) => at(users, indexIn(given.id, caller)) },
  'Query.users': { many: () => users },
  'Query.topProducts': {
    many: (_, __, { first }) => (typeof first === 'number' ? products.slice(0, first) : products.slice(0, 5)),
  },
  'Query._entities': {
    many: (_, caller, { representations }) =>
      Array.isArray(representations)
        ? representations.map((each: unknown) => (isRepresentation(each) ? entityOf(each, caller) : null))
        : [],
  },
  'User.id': id,
  'User.name': { leaf: ({ index }, { token }) => quoted(`${people[index]?.[0]} ${token}`) },
  'User.username': username,
  'User.birthday': { leaf: ({ index }, { shift }) => String(1_234_567_800 + index * 10 + shift) },
  'User.reviews': { many: () => reviewsOfUser },
  'Review.id': id,
  'Review.body': { leaf: ({ index }, { token }) => quoted(`${token} ${bodies[index]}`) },
  'Review.product': { one: ({ index }) => at(products, opinions[index]?.product ?? 0) },
  'Review.author': { one: () => at(users, 0) },
  'Product.upc': id,
  'Product.name': { leaf: (source, { token }) => quoted(`${good(source).name} ${token}`) },
  'Product.price': { leaf: (source, { shift }) => String(good(source).price + shift) },
  'Product.weight': { leaf: (source, { shift }) => String(good(source).weight + shift) },
  'Product.inStock': { leaf: (source) => String(good(source).inStock) },
  'Product.shippingEstimate': {
    leaf(source, { shift }) {
      const { given } = source
      if (given) return shippingEstimate(given.price, given.weight)
      return shippingEstimate(good(source).price + shift, good(source).weight + shift)
    },
  },
  'Product.reviews': { many: ({ index }) => reviewsOfProduct[index] ?? [] },
}

const stockOf = (field: string): Fact | null => {
  const number = /^Product\.stock(\d{3})$/.exec(field)?.[1]
  if (number === undefined) return null
  return { leaf: ({ index }, { shift }) => String(1000 + Number(number) * 20 + index * 10 + shift) }
}

/** @param field as `Product.name` */
export function factOf(field: string): Fact {
  const fact = facts[field] ?? stockOf(field)
  if (fact === null) throw new Error(`The benchmark's subgraphs have no answer for ${field}`)
  return fact
}

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId, toUuid } from '../kit/ids.ts'
import { type As, signedHeaders, startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertCollections, insertProducts } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
  await withConnection(subgraph.databaseUrl, (connection) =>
    connection.query(
      `INSERT INTO "Picture" ("key", "altText", "width", "height")
       SELECT key, 'A drawing', 800, 800 FROM unnest(ARRAY['mug-sage-3f2a-1', 'mug-sage-3f2a-2']) AS key`,
    ),
  )
})
afterAll(() => subgraph.stop())

const staff: As = { roles: ['staff'] }
const [picture, other] = ['mug-sage-3f2a-1', 'mug-sage-3f2a-2']

const slide = 'id title subtitle path startsAt endsAt version image { altText }'
const call = 'id title body label path startsAt endsAt version'
const product = `id slug title description brand tags options { name values } media { url } version published publishedAt
  seo { title description canonicalPath }
  priceRange { minimum { amount } }`
const answers = {
  menuSet: 'menu { handle version items { title path collection { id } items { title items { title } } } }',
  menuDelete: 'deletedHandle',
  carouselSlideCreate: `slide { ${slide} }`,
  carouselSlideUpdate: `slide { ${slide} }`,
  carouselSlideDelete: 'deletedId',
  carouselSlidesReorder: 'slides { id }',
  callToActionCreate: `callToAction { ${call} }`,
  callToActionUpdate: `callToAction { ${call} }`,
  callToActionDelete: 'deletedId',
  callsToActionReorder: 'callsToAction { id }',
  collectionCreate: 'collection { id slug title description version parent { id } image { altText } }',
  collectionUpdate: 'collection { id slug title description version image { altText } }',
  collectionAddProducts: 'collection { id version products { nodes { id } } }',
  collectionRemoveProducts: 'collection { id version products { nodes { id } } }',
  productCreate: `product { ${product} }`,
  productUpdate: `product { ${product} }`,
  productPublish: `product { ${product} }`,
  productUnpublish: `product { ${product} }`,
  variantCreate:
    'variant { id sku title version selectedOptions { name value } availability price { amount } }',
  variantUpdate: 'variant { id sku version weightGrams image { altText } }',
  variantPriceRemove: 'variant { id price { amount } }',
}
type Field = keyof typeof answers

const documentOf = (field: Field) => {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`
  return `mutation ($input: ${type}!) { ${field}(input: $input) { ${answers[field]} userErrors { code field message version } } }`
}

async function write(field: Field, input: object, as: As = staff) {
  const sent = { idempotencyKey: randomUUID(), ...input }
  const { data, errors } = await subgraph.query(documentOf(field), { input: sent }, as)
  expect(errors).toEqual([])
  return data[field]
}

/** Sends the same many times at once, and once more: all get the one answer. */
async function writeOften(field: Field, input: object) {
  const sent = { idempotencyKey: randomUUID(), ...input }
  const got = await Promise.all(Array.from({ length: 5 }, () => write(field, sent)))
  got.push(await write(field, sent))
  for (const answer of got) expect(answer).toEqual(got[0])
  expect(got[0].userErrors).toEqual([])
  return got[0]
}

interface Told {
  kind: string
  entityId: string
  payload: Record<string, unknown>
}
async function toldOf(variantId: string): Promise<Told[]> {
  const response = await fetch(`${subgraph.url}/changes?after=0&limit=1000`, {
    headers: await signedHeaders(subgraph.serviceKeys, { service: 'cart' }),
  })
  const { changes } = (await response.json()) as { changes: Told[] }
  return changes.filter(({ entityId }) => entityId === toUuid('var', variantId))
}

const refusals = (answer: { userErrors: { code: string; field: string[] }[] }) =>
  answer.userErrors.map(({ code, field }) => `${code} ${field.slice(1).join('.')}`)

test.each([
  ['menuSet', { handle: 'x', items: [] }],
  ['menuDelete', { handle: 'x', version: 1 }],
  ['carouselSlideCreate', { title: 'x', pictureKey: 'x', path: '/' }],
  ['carouselSlideUpdate', { id: 'x', version: 1 }],
  ['carouselSlideDelete', { id: 'x', version: 1 }],
  ['carouselSlidesReorder', { ids: [] }],
  ['callToActionCreate', { title: 'x', label: 'x', path: '/' }],
  ['callToActionUpdate', { id: 'x', version: 1 }],
  ['callToActionDelete', { id: 'x', version: 1 }],
  ['callsToActionReorder', { ids: [] }],
  ['collectionCreate', { slug: 'x', title: 'x', description: 'x', sites: [] }],
  ['collectionUpdate', { id: 'x', version: 1 }],
  ['collectionAddProducts', { id: 'x', version: 1, productIds: [] }],
  ['collectionRemoveProducts', { id: 'x', version: 1, productIds: [] }],
  ['productCreate', { slug: 'x', title: 'x', description: 'x', brand: 'x' }],
  ['productUpdate', { id: 'x', version: 1 }],
  ['productPublish', { id: 'x', version: 1 }],
  ['productUnpublish', { id: 'x', version: 1 }],
  ['variantCreate', { productId: 'x', sku: 'x', options: [] }],
  ['variantUpdate', { id: 'x', version: 1 }],
  ['variantPriceRemove', { variantId: 'x' }],
] satisfies [Field, object][])('%s is for staff alone', async (field, values) => {
  const input = { idempotencyKey: randomUUID(), ...values }
  for (const [as, code] of [
    [{}, 'UNAUTHENTICATED'],
    [{ customerId: randomUUID() }, 'FORBIDDEN'],
    [{ roles: ['agent', 'moderator'] }, 'FORBIDDEN'],
  ] satisfies [As, string][]) {
    const { data, errors } = await subgraph.query(documentOf(field), { input }, as)
    expect(data).toEqual({ [field]: null })
    expect(errors).toMatchObject([{ path: [field], extensions: { code } }])
  }
})

describe('menus', () => {
  const item = (title: string, below: object[] = []) => ({ title, path: '/new', items: below })
  const shown = async (handle: string, as: As = {}) =>
    (await subgraph.query(`{ navigation(handle: "${handle}") { items { title } } }`, {}, as)).data.navigation

  test('are set as a whole, on their site, by who knows their version', async () => {
    const [collection] = await insertCollections(subgraph.databaseUrl, [{}])
    const collectionId = toId('coll', collection?.id ?? '')
    const items = [
      { ...item('Knitwear', [item('Jumpers', [item('Wool')])]), collectionId },
      { title: ' About  us ', path: '/about?from=menu#top' },
    ]
    const { menu } = await writeOften('menuSet', { handle: 'side', items })
    expect(menu).toEqual({
      ...{ handle: 'side', version: 1 },
      items: [
        {
          ...{ title: 'Knitwear', path: '/new', collection: { id: collectionId } },
          items: [{ title: 'Jumpers', items: [{ title: 'Wool' }] }],
        },
        { title: 'About us', path: '/about?from=menu#top', collection: null, items: [] },
      ],
    })
    expect(await shown('side', { site: 'outlet' })).toBeNull()

    const both = await Promise.all(
      ['One', 'Two'].map((title) => write('menuSet', { handle: 'side', version: 1, items: [item(title)] })),
    )
    expect(both.filter(({ menu }) => menu?.version === 2)).toHaveLength(1)
    expect(both.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'STALE_VERSION', version: 2, field: ['input', 'version'] },
    ])
    expect(refusals(await write('menuSet', { handle: 'side', items: [] }))).toEqual(['STALE_VERSION version'])
    expect(refusals(await write('menuSet', { handle: 'nowhere', version: 1, items: [] }))).toEqual([
      'MENU_NOT_FOUND handle',
    ])

    expect(refusals(await write('menuDelete', { handle: 'side', version: 1 }))).toEqual([
      'STALE_VERSION version',
    ])
    expect(await writeOften('menuDelete', { handle: 'side', version: 2 })).toMatchObject({
      deletedHandle: 'side',
    })
    expect(await shown('side')).toBeNull()
  })

  test('are refused where something is wrong with them, all of it at once', async () => {
    const deep = item('1', [item('2', [item('3', [item('4')])])])
    const bad = [
      deep,
      { title: '', path: 'https://elsewhere.example' },
      { title: 'x'.repeat(101), path: '//elsewhere.example' },
      { title: 'Back', path: '/\\elsewhere.example', collectionId: 'nonsense' },
      { title: 'Blank', path: '/a b' },
    ]
    expect(
      refusals(await write('menuSet', { handle: 'Not It', site: 'nowhere', items: bad })).sort(),
    ).toEqual([
      'COLLECTION_NOT_FOUND items.3.collectionId',
      'INVALID_PATH items.1.path',
      'INVALID_PATH items.2.path',
      'INVALID_PATH items.3.path',
      'INVALID_PATH items.4.path',
      'INVALID_TEXT handle',
      'INVALID_TEXT items.1.title',
      'INVALID_TEXT items.2.title',
      'SITE_NOT_FOUND site',
      'TOO_DEEP items.0.items.0.items.0.items',
    ])
    const many = Array.from({ length: 201 }, () => item('x'))
    expect(refusals(await write('menuSet', { handle: 'many', items: many }))).toEqual(['TOO_MANY items'])
    const unknown = [{ ...item('x'), collectionId: toId('coll', randomUUID()) }]
    expect(refusals(await write('menuSet', { handle: 'unknown', items: unknown }))).toEqual([
      'COLLECTION_NOT_FOUND items.0.collectionId',
    ])
    expect(await shown('unknown')).toBeNull()
  })
})

describe.each([
  [
    'slides',
    'carousel',
    'slide',
    'carouselSlide',
    'carouselSlidesReorder',
    { title: 'Winter', subtitle: 'Warm things', pictureKey: picture, path: '/new' },
    'subtitle',
  ],
  [
    'calls to action',
    'callsToAction',
    'callToAction',
    'callToAction',
    'callsToActionReorder',
    { title: 'Join', body: 'It is free.', label: 'Join now', path: '/join' },
    'body',
  ],
] as const)('%s', (_, query, field, name, reorder, words, optional) => {
  const [create, update, remove] = [`${name}Create`, `${name}Update`, `${name}Delete`] as const
  const ask = (placement: string, at?: string, as: As = {}) =>
    subgraph.query(
      `query ($placement: String!, $at: DateTime) { ${query}(placement: $placement, at: $at) { id title } }`,
      { placement, at },
      as,
    )
  const titles = async (...args: Parameters<typeof ask>) =>
    (await ask(...args)).data[query].map(({ title }: { title: string }) => title)

  test('are made, changed and taken away, each once, by who knows their version', async () => {
    const placement = `p-${randomUUID().slice(0, 8)}`
    const { [field]: made } = await writeOften(create, { ...words, placement })
    expect(made).toMatchObject({ title: words.title, path: words.path, endsAt: null, version: 1 })
    expect(await titles(placement)).toEqual([words.title])
    expect(await titles(placement, undefined, { site: 'outlet' })).toEqual([])

    const both = await Promise.all(
      ['One', 'Two'].map((title) => write(update, { id: made.id, version: 1, title })),
    )
    expect(both.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'STALE_VERSION', version: 2 },
    ])
    expect(both.find((answer) => answer[field] !== null)?.[field]).toMatchObject({
      version: 2,
      path: words.path,
    })
    const cleared = await writeOften(update, { id: made.id, version: 2, title: 'Three', [optional]: null })
    expect(cleared[field]).toMatchObject({
      title: 'Three',
      [optional]: null,
      startsAt: made.startsAt,
      version: 3,
    })

    expect(refusals(await write(remove, { id: made.id, version: 2 }))).toEqual(['STALE_VERSION version'])
    expect(await writeOften(remove, { id: made.id, version: 3 })).toMatchObject({ deletedId: made.id })
    expect(await titles(placement)).toEqual([])
    const gone = await write(update, { id: made.id, version: 3 })
    expect(refusals(gone)).toEqual([
      name === 'callToAction' ? 'CALL_TO_ACTION_NOT_FOUND id' : 'SLIDE_NOT_FOUND id',
    ])
  })

  test('are shown in their window, and to staff as they will be then', async () => {
    const placement = `p-${randomUUID().slice(0, 8)}`
    const window = { startsAt: '2090-01-01T00:00:00.000Z', endsAt: '2090-02-01T00:00:00.000Z' }
    const { [field]: made } = await write(create, { ...words, placement, ...window })
    expect(await titles(placement)).toEqual([])
    expect(await titles(placement, '2090-01-15T00:00:00Z', staff)).toEqual([words.title])
    expect(await titles(placement, '2090-02-01T00:00:00Z', staff)).toEqual([])
    for (const [as, code] of [
      [{}, 'UNAUTHENTICATED'],
      [{ customerId: randomUUID() }, 'FORBIDDEN'],
    ] satisfies [As, string][]) {
      expect((await ask(placement, '2090-01-15T00:00:00Z', as)).errors).toMatchObject([
        { path: [query], extensions: { code } },
      ])
    }
    // What only staff may see is kept by nobody on the way.
    const cacheControl = async (at: string | undefined, as: As) => {
      const response = await fetch(`${subgraph.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(await signedHeaders(subgraph.serviceKeys, as)) },
        body: JSON.stringify({
          query: `query ($at: DateTime) { ${query}(placement: "${placement}", at: $at) { title } }`,
          variables: { at },
        }),
      })
      return response.headers.get('cache-control')
    }
    expect(await cacheControl(undefined, {})).toContain('public')
    expect(await cacheControl('2090-01-15T00:00:00Z', staff)).not.toContain('public')

    const unending = await write(update, {
      id: made.id,
      version: 1,
      startsAt: '2020-01-01T00:00:00Z',
      endsAt: null,
    })
    expect(unending[field]).toMatchObject({ endsAt: null })
    expect(await titles(placement)).toEqual([words.title])
    expect(
      refusals(await write(update, { id: made.id, version: 2, endsAt: '2019-01-01T00:00:00Z' })),
    ).toEqual(['INVALID_WINDOW endsAt'])
  })

  test('are put into another order, all of them or none', async () => {
    const placement = `p-${randomUUID().slice(0, 8)}`
    const ids: string[] = []
    for (const title of ['A', 'B', 'C'])
      ids.push((await write(create, { ...words, placement, title }))[field].id)
    await writeOften(reorder, { placement, ids: [ids[2], ids[0], ids[1]] })
    expect(await titles(placement)).toEqual(['C', 'A', 'B'])
    for (const bad of [
      ids.slice(1),
      [...ids.slice(1), ids[1]],
      [...ids.slice(1), 'nonsense'],
      [...ids, ids[0]],
    ]) {
      expect(refusals(await write(reorder, { placement, ids: bad }))).toEqual(['INVALID_ORDER ids'])
    }
  })

  test('are refused where something is wrong with them', async () => {
    const bad = {
      title: '',
      path: '//elsewhere.example',
      placement: 'Not It',
      startsAt: '2090-01-01T00:00:00Z',
      endsAt: '2089-01-01T00:00:00Z',
    }
    expect(refusals(await write(create, { ...words, ...bad })).sort()).toEqual([
      'INVALID_PATH path',
      'INVALID_TEXT placement',
      'INVALID_TEXT title',
      'INVALID_WINDOW endsAt',
    ])
    if (name === 'carouselSlide') {
      expect(refusals(await write(create, { ...words, pictureKey: 'no-such' }))).toEqual([
        'PICTURE_NOT_FOUND pictureKey',
      ])
    }
  })
})

describe('collections', () => {
  test('are made and changed once, and hold products of which the change feed tells', async () => {
    const slug = `c-${randomUUID()}`
    const input = { slug, title: 'Mugs', description: 'All the mugs.', sites: ['main'], pictureKey: picture }
    const { collection } = await writeOften('collectionCreate', input)
    expect(collection).toMatchObject({
      slug,
      title: 'Mugs',
      parent: null,
      image: { altText: 'A drawing' },
      version: 1,
    })
    expect(refusals(await write('collectionCreate', input))).toEqual(['ALREADY_TAKEN slug'])
    const child = (await write('collectionCreate', { ...input, slug: `${slug}-2`, parentId: collection.id }))
      .collection
    expect(child.parent).toEqual({ id: collection.id })
    expect(
      refusals(await write('collectionCreate', { ...input, slug: `${slug}-3`, parentId: child.id })),
    ).toEqual(['TOO_DEEP parentId'])

    const changed = await write('collectionUpdate', {
      id: collection.id,
      version: 1,
      title: 'Cups',
      pictureKey: null,
    })
    expect(changed.collection).toMatchObject({
      slug,
      title: 'Cups',
      description: 'All the mugs.',
      image: null,
      version: 2,
    })
    expect(refusals(await write('collectionUpdate', { id: child.id, version: 1, slug }))).toEqual([
      'ALREADY_TAKEN slug',
    ])
    expect((await write('collectionUpdate', { id: collection.id, version: 1 })).userErrors).toMatchObject([
      { code: 'STALE_VERSION', version: 2 },
    ])

    const [one, two] = await insertProducts(subgraph.databaseUrl, [{}, {}])
    const productIds = [one, two].map((made) => toId('prod', made?.id ?? ''))
    const added = await writeOften('collectionAddProducts', { id: collection.id, version: 2, productIds })
    expect(added.collection.products.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(
      [...productIds].sort(),
    )
    const variantId = toId('var', one?.variants[0]?.id ?? '')
    expect(await toldOf(variantId)).toMatchObject([
      { payload: { collectionIds: [toUuid('coll', collection.id)] } },
    ])
    const removed = await writeOften('collectionRemoveProducts', {
      id: collection.id,
      version: 3,
      productIds: productIds.slice(0, 1),
    })
    expect(removed.collection).toMatchObject({ version: 4, products: { nodes: [{ id: productIds[1] }] } })
    expect((await toldOf(variantId)).at(-1)).toMatchObject({ payload: { collectionIds: [] } })
    const nobody = { id: collection.id, version: 4, productIds: ['nonsense', toId('prod', randomUUID())] }
    expect(refusals(await write('collectionAddProducts', nobody))).toEqual(['PRODUCT_NOT_FOUND productIds.0'])
    expect(refusals(await write('collectionAddProducts', { ...nobody, productIds: [] }))).toEqual([
      'TOO_MANY productIds',
    ])
  })
})

describe('products', () => {
  const plain = () => ({
    slug: `p-${randomUUID()}`,
    title: 'Jug',
    description: 'Holds\nwater.',
    brand: 'Kiln & Co',
  })

  test('go from nothing into the shop and out of it, and the change feed tells', async () => {
    const input = {
      ...plain(),
      tags: ['kitchen', 'clay', 'clay'],
      options: [{ name: 'Size', values: ['S', 'M'] }],
      media: [picture, other],
    }
    const { product } = await writeOften('productCreate', input)
    expect(product).toMatchObject({
      slug: input.slug,
      tags: ['clay', 'kitchen'],
      published: false,
      priceRange: null,
      version: 1,
    })
    expect(product.media).toHaveLength(2)
    expect(refusals(await write('productCreate', input))).toEqual(['ALREADY_TAKEN slug'])

    const sku = randomUUID()
    const { variant } = await writeOften('variantCreate', {
      productId: product.id,
      sku,
      options: [{ name: 'Size', value: 'M' }],
    })
    expect(variant).toMatchObject({ sku, title: 'M', availability: 'SOLD_OUT', price: null, version: 1 })
    expect((await toldOf(variant.id)).map(({ kind }) => kind)).toEqual(['variant.removed'])
    const price = `mutation ($input: VariantPriceSetInput!) { variantPriceSet(input: $input) { variant { price { amount } } userErrors { code } } }`
    await subgraph.query(
      price,
      { input: { variantId: variant.id, amount: 1500, idempotencyKey: randomUUID() } },
      staff,
    )

    const shown = async () =>
      (await subgraph.query(`{ product(id: "${product.id}") { priceRange { minimum { amount } } } }`)).data
        .product
    expect(await shown()).toBeNull()
    const { product: published } = await writeOften('productPublish', { id: product.id, version: 1 })
    expect(published).toMatchObject({ published: true, version: 2 })
    expect(await shown()).toEqual({ priceRange: { minimum: { amount: 1500 } } })
    expect((await toldOf(variant.id)).at(-1)).toMatchObject({
      kind: 'variant.updated',
      payload: { title: 'Jug' },
    })

    await write('productUpdate', { id: product.id, version: 2, title: 'Tall jug', media: [other] })
    expect((await toldOf(variant.id)).at(-1)).toMatchObject({ payload: { title: 'Tall jug' } })
    const { product: gone } = await writeOften('productUnpublish', { id: product.id, version: 3 })
    expect(gone).toMatchObject({
      published: false,
      version: 4,
      title: 'Tall jug',
      description: 'Holds\nwater.',
    })
    expect(await shown()).toBeNull()
    expect((await toldOf(variant.id)).at(-1)?.kind).toBe('variant.removed')
    const held = await subgraph.query(
      'mutation ($input: StockReserveInput!) { stockReserve(input: $input) { userErrors { code } } }',
      {
        input: {
          ...{ reservationId: randomUUID(), site: 'main' },
          lines: [{ variantId: variant.id, quantity: 1 }],
        },
      },
      { service: 'cart' },
    )
    expect(held.data.stockReserve.userErrors).toEqual([{ code: 'VARIANT_NOT_FOUND' }])
    const again = await write('productPublish', { id: product.id, version: 4 })
    expect(again.product.publishedAt).toBe(published.publishedAt)

    expect((await write('variantPriceRemove', { variantId: variant.id })).variant.price).toBeNull()
    expect(await shown()).toBeNull()
  })

  test('tell search engines what staff writes, and of themselves otherwise', async () => {
    const input = plain()
    const own = { title: 'Jug | Kiln & Co', description: 'Holds\nwater.' }
    const { product: made } = await write('productCreate', { ...input, seo: { title: ' The   jug ' } })
    expect(made.seo).toMatchObject({ title: 'The jug', description: own.description })
    const change = { id: made.id, version: 1, seo: { title: null, description: 'A jug for water.' } }
    expect((await writeOften('productUpdate', change)).product.seo).toMatchObject({
      ...{ title: own.title, description: 'A jug for water.' },
    })
    const kept = await write('productUpdate', { id: made.id, version: 2, brand: 'Kiln' })
    expect(kept.product.seo).toMatchObject({ title: 'Jug | Kiln', description: 'A jug for water.' })
    const long = { id: made.id, version: 3, seo: { title: 'x'.repeat(71) } }
    expect(refusals(await write('productUpdate', long))).toEqual(['INVALID_TEXT seo.title'])
  })

  test('keep the options that their variants have, and nobody loses what another wrote', async () => {
    const { product } = await write('productCreate', {
      ...plain(),
      options: [{ name: 'Size', values: ['S'] }],
    })
    const options = [{ name: 'Size', value: 'S' }]
    const { variant } = await write('variantCreate', { productId: product.id, sku: randomUUID(), options })
    for (const bad of [
      [],
      [{ name: 'Size', value: 'XL' }],
      [{ name: 'Colour', value: 'S' }],
      [...options, ...options],
    ]) {
      expect(
        refusals(await write('variantCreate', { productId: product.id, sku: randomUUID(), options: bad })),
      ).toEqual(['INVALID_OPTIONS options'])
    }
    expect(
      refusals(await write('variantCreate', { productId: product.id, sku: randomUUID(), options })),
    ).toEqual(['ALREADY_TAKEN options'])
    expect(refusals(await write('productUpdate', { id: product.id, version: 1, options: [] }))).toEqual([
      'INVALID_OPTIONS options',
    ])
    const more = [{ name: 'Size', values: ['S', 'M'] }]
    const both = await Promise.all(
      [0, 1].map(() => write('productUpdate', { id: product.id, version: 1, options: more })),
    )
    expect(both.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'STALE_VERSION', version: 2 },
    ])

    const { variant: second } = await write('variantCreate', {
      productId: product.id,
      sku: randomUUID(),
      options: [{ name: 'Size', value: 'M' }],
    })
    const change = { id: second.id, version: 1, weightGrams: 450, pictureKey: picture }
    expect((await writeOften('variantUpdate', change)).variant).toMatchObject({
      weightGrams: 450,
      image: { altText: 'A drawing' },
      version: 2,
    })
    expect(refusals(await write('variantUpdate', change))).toEqual(['STALE_VERSION version'])
    expect(refusals(await write('variantUpdate', { id: second.id, version: 2, sku: variant.sku }))).toEqual([
      'ALREADY_TAKEN sku',
    ])
    expect(
      (await write('variantUpdate', { id: second.id, version: 2, weightGrams: null })).variant,
    ).toMatchObject({ weightGrams: null })
  })

  test('are refused where something is wrong with them, all of it at once', async () => {
    const bad = {
      ...{
        slug: 'Not It',
        title: ' ',
        description: '',
        brand: 'x'.repeat(101),
        tags: ['ok', ''],
        media: ['no-such'],
      },
      options: [
        { name: 'Size', values: [] },
        { name: 'Size', values: ['S', 'S'] },
      ],
    }
    expect(refusals(await write('productCreate', bad)).sort()).toEqual([
      'INVALID_OPTIONS options',
      'INVALID_TEXT brand',
      'INVALID_TEXT description',
      'INVALID_TEXT slug',
      'INVALID_TEXT tags.1',
      'INVALID_TEXT title',
      'PICTURE_NOT_FOUND media.0',
      'TOO_MANY options.0.values',
    ])
    expect(refusals(await write('productPublish', { id: 'nonsense', version: 1 }))).toEqual([
      'PRODUCT_NOT_FOUND id',
    ])
    expect(
      refusals(
        await write('variantCreate', { productId: toId('prod', randomUUID()), sku: 'x', options: [] }),
      ),
    ).toEqual(['PRODUCT_NOT_FOUND productId'])
  })
})

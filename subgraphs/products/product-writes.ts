import type { Prisma } from '../../prisma/products/generated/client.ts'
import { newUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type { ProductModel, VariantModel } from './mappers.ts'
import type {
  ProductCreateInput,
  ProductOptionInput,
  ProductPublishInput,
  ProductUpdateInput,
  ProductUserError,
  SeoInput,
  VariantCreateInput,
  VariantUpdateInput,
} from './schema.generated.ts'
import {
  createReading,
  type Reading,
  type Refusal,
  type StaffWritten,
  stale,
  toUserErrors,
  writeAsStaff,
} from './staff-write.ts'
import { lockVariants, tellVariants } from './stock-ledger.ts'

type Tx = Prisma.TransactionClient

interface ProductWritten {
  product: ProductModel | null
  userErrors: ProductUserError[]
}

interface VariantWritten {
  variant: VariantModel | null
  userErrors: ProductUserError[]
}

const maximumTags = 50
const maximumMedia = 10
const maximumOptions = 3
const maximumValues = 100
const maximumVariants = 100

/** What search engines are told; undefined where it stays as it is. */
function readSeo(reading: Reading, seo: SeoInput | null | undefined) {
  const read = (field: 'title' | 'description', max: number) =>
    seo?.[field] == null ? seo?.[field] : reading.line(['seo', field], seo[field], max)
  return { title: read('title', 70), description: read('description', 320) }
}

interface Option {
  name: string
  values: string[]
}

async function productWritten({ loaders }: Context, outcome: StaffWritten): Promise<ProductWritten> {
  if ('refusals' in outcome) return { product: null, userErrors: toUserErrors(outcome.refusals) }
  return { product: await loaders.product.load(outcome.written), userErrors: [] }
}

async function variantWritten({ loaders }: Context, outcome: StaffWritten): Promise<VariantWritten> {
  if ('refusals' in outcome) return { variant: null, userErrors: toUserErrors(outcome.refusals) }
  return { variant: await loaders.variant.load(outcome.written), userErrors: [] }
}

const notFound = (field: string): Refusal => ({
  ...{ code: 'PRODUCT_NOT_FOUND', field, message: 'There is no such product.' },
})
const taken = (field: 'slug' | 'sku' | 'options', what: string): Refusal => ({
  ...{ code: 'ALREADY_TAKEN', field, message: `There is one of ${what} already.` },
})

function readTags(reading: Reading, tags: readonly string[]): string[] {
  if (tags.length > maximumTags) {
    reading.refuse(
      'TOO_MANY',
      'tags',
      `There are ${tags.length} tags: a product takes at most ${maximumTags}.`,
    )
  }
  const read = tags.flatMap((tag, index) => reading.line(['tags', String(index)], tag, 50) ?? [])
  return [...new Set(read)].sort()
}

function readOptions(reading: Reading, options: readonly ProductOptionInput[]): Option[] {
  const read = options.map(({ name, values }, index) => {
    const field = ['options', String(index)]
    if (values.length < 1 || values.length > maximumValues) {
      const message = `There are ${values.length} values: an option takes 1 to ${maximumValues}.`
      reading.refuse('TOO_MANY', [...field, 'values'], message)
    }
    return {
      name: reading.line([...field, 'name'], name, 50) ?? '',
      values: values.map((value, at) => reading.line([...field, 'values', String(at)], value, 50) ?? ''),
    }
  })
  if (read.length > maximumOptions) {
    const message = `There are ${read.length} options: a product takes at most ${maximumOptions}.`
    reading.refuse('TOO_MANY', 'options', message)
  }
  const isTwice = (texts: string[]) => new Set(texts).size < texts.length
  if (isTwice(read.map(({ name }) => name)) || read.some(({ values }) => isTwice(values))) {
    reading.refuse('INVALID_OPTIONS', 'options', 'An option, or a value of one, is named twice.')
  }
  return read
}

async function readMedia(reading: Reading, tx: Tx, keys: readonly string[]) {
  if (keys.length > maximumMedia) {
    const message = `There are ${keys.length} pictures: a product takes at most ${maximumMedia}.`
    reading.refuse('TOO_MANY', 'media', message)
    return
  }
  for (const [index, key] of keys.entries()) await reading.picture(tx, ['media', String(index)], key)
}

const writeMedia = async (tx: Tx, id: string, keys: readonly string[]) => {
  await tx.$executeRaw`DELETE FROM "ProductMedia" WHERE "productId" = ${id}::uuid`
  await tx.$executeRaw`
    INSERT INTO "ProductMedia" ("productId", "position", "pictureKey")
    SELECT ${id}::uuid, place - 1, "key" FROM unnest(${keys}::text[]) WITH ORDINALITY AS media ("key", place)`
}

/** Makes a product that is not published yet. For staff. */
export async function createProduct(context: Context, input: ProductCreateInput): Promise<ProductWritten> {
  const { slug, media = [] } = input
  const reading = createReading()
  reading.slug('slug', slug)
  const title = reading.line('title', input.title, 200)
  const description = reading.text('description', input.description, 10_000)
  const brand = reading.line('brand', input.brand, 100)
  const tags = readTags(reading, input.tags ?? [])
  const options = readOptions(reading, input.options ?? [])
  const seo = readSeo(reading, input.seo)
  const outcome = await writeAsStaff(context, {
    name: 'productCreate',
    input,
    async write(tx) {
      await readMedia(reading, tx, media)
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      await reading.claim(tx, `product:${slug}`)
      const id = newUuid()
      const inserted = await tx.$executeRaw`
        INSERT INTO "Product" ("id", "slug", "title", "description", "brand", "tags", "options", "publishedAt",
                               "published", "everPublished", "seoTitle", "seoDescription")
        VALUES (${id}::uuid, ${slug}, ${title}, ${description}, ${brand}, ${tags}::text[],
                ${JSON.stringify(options)}::jsonb, now(), false, false, ${seo.title ?? null},
                ${seo.description ?? null})
        ON CONFLICT ("slug") DO NOTHING`
      if (inserted === 0) return { refusals: [taken('slug', 'that slug')] }
      await writeMedia(tx, id, media)
      return { written: id }
    },
  })
  return productWritten(context, outcome)
}

interface LockedProduct {
  variants: { id: string; options: { name: string; value: string }[] }[]
  refusals: Refusal[]
}

/** Locks a product and its variants, in this order of all who do: variants, then the product. */
async function lockProduct(tx: Tx, id: string, version: number): Promise<LockedProduct> {
  const variants = await tx.$queryRaw<LockedProduct['variants']>`
    SELECT "id", "options" FROM "Variant" WHERE "productId" = ${id}::uuid ORDER BY "position"`
  await lockVariants(
    tx,
    variants.map((variant) => variant.id),
  )
  const [now] = await tx.$queryRaw<{ version: number }[]>`
    SELECT "version" FROM "Product" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
  if (now === undefined) return { variants, refusals: [notFound('id')] }
  return { variants, refusals: now.version === version ? [] : [stale(now.version)] }
}

const covers = (options: readonly Option[], variant: LockedProduct['variants'][number]) =>
  variant.options.length === options.length &&
  variant.options.every(({ name, value }) =>
    options.some((option) => option.name === name && option.values.includes(value)),
  )

/** Changes a product, and tells the change feed of its variants. For staff. */
export async function updateProduct(context: Context, input: ProductUpdateInput): Promise<ProductWritten> {
  const { slug = null, version } = input
  const reading = createReading()
  const id = reading.id('prod', 'PRODUCT_NOT_FOUND', 'id', input.id)
  reading.slug('slug', slug)
  const title = reading.line('title', input.title, 200)
  const description = reading.text('description', input.description, 10_000)
  const brand = reading.line('brand', input.brand, 100)
  const tags = input.tags == null ? null : readTags(reading, input.tags)
  const options = input.options == null ? null : readOptions(reading, input.options)
  const seo = readSeo(reading, input.seo)
  const outcome = await writeAsStaff(context, {
    name: 'productUpdate',
    input,
    async write(tx) {
      await readMedia(reading, tx, input.media ?? [])
      if (id === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      if (slug !== null) {
        await reading.claim(tx, `product:${slug}`)
        const others = await tx.$queryRaw<unknown[]>`
          SELECT FROM "Product" WHERE "slug" = ${slug} AND "id" <> ${id}::uuid`
        if (others.length > 0) return { refusals: [taken('slug', 'that slug')] }
      }
      const { variants, refusals } = await lockProduct(tx, id, version)
      if (refusals.length > 0) return { refusals }
      if (options !== null && !variants.every((variant) => covers(options, variant))) {
        const message = 'There are variants with other options: these have to stay among them.'
        return { refusals: [{ code: 'INVALID_OPTIONS', field: 'options', message }] }
      }
      await tx.$executeRaw`
        UPDATE "Product" SET "version" = "version" + 1, "slug" = coalesce(${slug}, "slug"),
          "title" = coalesce(${title}, "title"), "description" = coalesce(${description}, "description"),
          "brand" = coalesce(${brand}, "brand"), "tags" = coalesce(${tags}::text[], "tags"),
          "options" = coalesce(${options && JSON.stringify(options)}::jsonb, "options"),
          "seoTitle" = CASE WHEN ${seo.title === undefined} THEN "seoTitle" ELSE ${seo.title ?? null} END,
          "seoDescription" = CASE WHEN ${seo.description === undefined} THEN "seoDescription"
                                  ELSE ${seo.description ?? null} END
        WHERE "id" = ${id}::uuid`
      if (input.media != null) await writeMedia(tx, id, input.media)
      await tellVariants(
        tx,
        variants.map((variant) => variant.id),
      )
      return { written: id }
    },
  })
  return productWritten(context, outcome)
}

async function setPublished(
  context: Context,
  name: 'productPublish' | 'productUnpublish',
  input: ProductPublishInput,
): Promise<ProductWritten> {
  const published = name === 'productPublish'
  const reading = createReading()
  const id = reading.id('prod', 'PRODUCT_NOT_FOUND', 'id', input.id)
  const outcome = await writeAsStaff(context, {
    name,
    input,
    async write(tx) {
      if (id === null) return { refusals: reading.refusals }
      const { variants, refusals } = await lockProduct(tx, id, input.version)
      if (refusals.length > 0) return { refusals }
      // It is as old as the day on which it first stood in the shop.
      await tx.$executeRaw`
        UPDATE "Product" SET "version" = "version" + 1, "published" = ${published},
          "publishedAt" = CASE WHEN "everPublished" OR NOT ${published} THEN "publishedAt" ELSE now() END,
          "everPublished" = "everPublished" OR ${published}
        WHERE "id" = ${id}::uuid`
      await tellVariants(
        tx,
        variants.map((variant) => variant.id),
      )
      return { written: id }
    },
  })
  return productWritten(context, outcome)
}

/** Lets a product be sold on the sites where its variants have a price. For staff. */
export const publishProduct = (context: Context, input: ProductPublishInput) =>
  setPublished(context, 'productPublish', input)

/** Takes a product off all sites. For staff. */
export const unpublishProduct = (context: Context, input: ProductPublishInput) =>
  setPublished(context, 'productUnpublish', input)

const maximumGrams = 1_000_000

function readGrams(reading: Reading, grams: number | null | undefined) {
  if (grams == null || (grams >= 0 && grams <= maximumGrams)) return
  reading.refuse('INVALID_QUANTITY', 'weightGrams', `The weight is ${grams}: it takes 0 to ${maximumGrams}.`)
}

/** Makes a form of a product, which has neither price nor stock yet. For staff. */
export async function createVariant(context: Context, input: VariantCreateInput): Promise<VariantWritten> {
  const { weightGrams = null, pictureKey = null } = input
  const reading = createReading()
  const productId = reading.id('prod', 'PRODUCT_NOT_FOUND', 'productId', input.productId)
  const sku = reading.line('sku', input.sku, 60)
  readGrams(reading, weightGrams)
  const outcome = await writeAsStaff(context, {
    name: 'variantCreate',
    input,
    async write(tx) {
      await reading.picture(tx, 'pictureKey', pictureKey)
      if (productId === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      await reading.claim(tx, `sku:${sku}`)
      const [product] = await tx.$queryRaw<{ options: Option[]; count: number; next: number }[]>`
        SELECT product."options",
          (SELECT count(*)::int FROM "Variant" WHERE "productId" = product."id") AS "count",
          (SELECT coalesce(max("position") + 1, 0) FROM "Variant" WHERE "productId" = product."id") AS "next"
        FROM "Product" product WHERE product."id" = ${productId}::uuid FOR NO KEY UPDATE`
      if (product === undefined) return { refusals: [notFound('productId')] }
      if (product.count >= maximumVariants) {
        const message = `There are ${product.count} variants, which is as many as there may be.`
        return { refusals: [{ code: 'TOO_MANY', field: 'productId', message }] }
      }
      const options = product.options.map(({ name, values }) => {
        const chosen = input.options.filter((option) => option.name === name)
        return { name, value: values.find((value) => chosen.length === 1 && chosen[0]?.value === value) }
      })
      if (input.options.length !== options.length || options.some(({ value }) => value === undefined)) {
        const names = product.options.map(({ name }) => name).join(', ')
        const message = `It takes one of the values of each option of the product: ${names}.`
        return { refusals: [{ code: 'INVALID_OPTIONS', field: 'options', message }] }
      }
      const same = await tx.$queryRaw<unknown[]>`
        SELECT FROM "Variant" WHERE "productId" = ${productId}::uuid AND "options" = ${JSON.stringify(options)}::jsonb`
      if (same.length > 0) return { refusals: [taken('options', 'those options')] }
      const id = newUuid()
      const title = options.map(({ value }) => value).join(' / ') || 'Standard'
      const inserted = await tx.$executeRaw`
        INSERT INTO "Variant" ("id", "productId", "sku", "title", "position", "options", "stock", "weightGrams", "pictureKey")
        VALUES (${id}::uuid, ${productId}::uuid, ${sku}, ${title}, ${product.next}::int,
                ${JSON.stringify(options)}::jsonb, 0, ${weightGrams}::int, ${pictureKey})
        ON CONFLICT ("sku") DO NOTHING`
      if (inserted === 0) return { refusals: [taken('sku', 'that stock keeping unit')] }
      await tellVariants(tx, [id])
      return { written: id }
    },
  })
  return variantWritten(context, outcome)
}

/** Changes a variant, and tells the change feed. For staff. */
export async function updateVariant(context: Context, input: VariantUpdateInput): Promise<VariantWritten> {
  const { weightGrams, pictureKey } = input
  const reading = createReading()
  const id = reading.id('var', 'VARIANT_NOT_FOUND', 'id', input.id)
  const sku = reading.line('sku', input.sku, 60)
  readGrams(reading, weightGrams)
  const outcome = await writeAsStaff(context, {
    name: 'variantUpdate',
    input,
    async write(tx) {
      await reading.picture(tx, 'pictureKey', pictureKey)
      if (id === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      if (sku !== null) {
        await reading.claim(tx, `sku:${sku}`)
        const others = await tx.$queryRaw<unknown[]>`
          SELECT FROM "Variant" WHERE "sku" = ${sku} AND "id" <> ${id}::uuid`
        if (others.length > 0) return { refusals: [taken('sku', 'that stock keeping unit')] }
      }
      const [now] = await tx.$queryRaw<{ version: number }[]>`
        SELECT "version" FROM "Variant" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
      if (now === undefined) {
        return {
          refusals: [{ code: 'VARIANT_NOT_FOUND', field: 'id', message: 'There is no such variant.' }],
        }
      }
      if (now.version !== input.version) return { refusals: [stale(now.version)] }
      await tx.$executeRaw`
        UPDATE "Variant" SET "version" = "version" + 1, "sku" = coalesce(${sku}, "sku"),
          "weightGrams" = CASE WHEN ${weightGrams === undefined} THEN "weightGrams" ELSE ${weightGrams ?? null}::int END,
          "pictureKey" = CASE WHEN ${pictureKey === undefined} THEN "pictureKey" ELSE ${pictureKey ?? null} END
        WHERE "id" = ${id}::uuid`
      await tellVariants(tx, [id])
      return { written: id }
    },
  })
  return variantWritten(context, outcome)
}

import { toId, toUuid } from '../../kit/ids.ts'
import { checkFirst } from '../../kit/paging.ts'
import { type Site, sites } from '../../kit/sites.ts'
import { breadcrumbsTo } from '../collections.ts'
import { optionValues, selectedOrFirstAvailable } from '../product-options.ts'
import type { PriceRange, ProductOptionResolvers, ProductResolvers } from '../schema.generated.ts'
import { seoOf } from '../seo.ts'
import { variantByOptions, variantConnection } from '../variant-rows.ts'

function priceRange(site: Site, minimum: number | null, maximum: number | null): PriceRange | null {
  if (minimum === null || maximum === null) return null
  const { currency } = sites[site]
  return { minimum: { amount: minimum, currency }, maximum: { amount: maximum, currency } }
}

export const Product: ProductResolvers = {
  // Whatever the site: an order still shows what was bought elsewhere, without a price.
  __resolveReference(reference, { loaders }) {
    const id = toUuid('prod', reference.id)
    return id === null ? null : loaders.product.load(id)
  },
  id: ({ id }) => toId('prod', id),
  collections: ({ id }, _, { loaders }) => loaders.collectionsOfProduct.load(id),
  async breadcrumbs({ id }, _, context) {
    const [main] = await context.loaders.collectionsOfProduct.load(id)
    return main === undefined ? [] : breadcrumbsTo(context, main)
  },
  seo({ slug, title, description, brand, seoTitle, seoDescription }) {
    const seo = seoOf(`/products/${slug}`, { title, description, brand })
    return { ...seo, title: seoTitle ?? seo.title, description: seoDescription ?? seo.description }
  },
  options: ({ id, options }) => options.map((option) => ({ ...option, productId: id })),
  selectedOrFirstAvailableVariant: async ({ id }, { selectedOptions }, { loaders }) =>
    selectedOrFirstAvailable(await loaders.allVariantsOfProduct.load(id), selectedOptions),
  related: ({ id }, { first }, { loaders }) => loaders.related(id, checkFirst(first, 20)),
  complementary: ({ id }, { first }, { loaders }) => loaders.complementary(id, checkFirst(first, 20)),
  variants: ({ id }, page, context) => variantConnection(context, id, page),
  variantByOptions: ({ id }, { options }, context) => variantByOptions(context, id, options),
  media: ({ id }, _, { loaders }) => loaders.media.load(id),
  featuredImage: async ({ id }, _, { loaders }) => (await loaders.media.load(id)).at(0) ?? null,
  priceRange: ({ minimum, maximum }, _, { moment }) => priceRange(moment.site, minimum, maximum),
  compareAtPriceRange: ({ compareAtMinimum, compareAtMaximum }, _, { moment }) =>
    priceRange(moment.site, compareAtMinimum, compareAtMaximum),
}

export const ProductOption: ProductOptionResolvers = {
  optionValues: async ({ productId, name, values }, { selectedOptions }, { loaders }) =>
    optionValues(await loaders.allVariantsOfProduct.load(productId), { name, values }, selectedOptions),
}

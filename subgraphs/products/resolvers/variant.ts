import { requireRole } from '../../kit/caller.ts'
import { toId, toUuid } from '../../kit/ids.ts'
import { type Site, sites } from '../../kit/sites.ts'
import type { Money, VariantResolvers } from '../schema.generated.ts'

const money = (site: Site, amount: number | null): Money | null =>
  amount === null ? null : { amount, currency: sites[site].currency }

export const Variant: VariantResolvers = {
  // Whatever the site: an order still shows what was bought elsewhere, without a price.
  __resolveReference(reference, { loaders }) {
    const id = toUuid('var', reference.id)
    return id === null ? null : loaders.variant.load(id)
  },
  id: ({ id }) => toId('var', id),
  product: ({ productId }, _, { loaders }) => loaders.product.load(productId),
  selectedOptions: ({ options }) => options,
  price: ({ amount, saleAmount }, _, { moment }) => money(moment.site, saleAmount ?? amount),
  compareAtPrice: ({ amount, saleAmount }, _, { moment }) =>
    saleAmount === null ? null : money(moment.site, amount),
  priorPrice: async ({ id, saleAmount }, _, { loaders, moment }) =>
    saleAmount === null ? null : money(moment.site, await loaders.priorPrice.load(id)),
  image: ({ pictureKey }, _, { loaders }) => (pictureKey === null ? null : loaders.image.load(pictureKey)),
  storeAvailability: ({ id }, _, { loaders }) => loaders.stores.load(id),
  stock({ id }, _, { caller, loaders }) {
    requireRole(caller, 'staff')
    return loaders.stock.load(id)
  },
}

import { toId, toUuid } from '../../kit/ids.ts'
import { breadcrumbsTo, shownOn } from '../collections.ts'
import { productConnection } from '../product-lists.ts'
import type { CollectionFacetValueResolvers, CollectionResolvers } from '../schema.generated.ts'
import { seoOf } from '../seo.ts'

export const Collection: CollectionResolvers = {
  __resolveReference(reference, { loaders }) {
    const id = toUuid('coll', reference.id)
    return id === null ? null : loaders.collection.load(id)
  },
  id: ({ id }) => toId('coll', id),
  parent: async ({ parentId }, _, { loaders, moment }) =>
    parentId === null ? null : shownOn(moment.site, await loaders.collection.load(parentId)),
  breadcrumbs: (collection, _, context) => breadcrumbsTo(context, collection),
  seo: ({ slug, title, description }) => seoOf(`/collections/${slug}`, { title, description }),
  children: ({ id }, _, { loaders }) => loaders.children.load(id),
  image: ({ pictureKey }, _, { loaders }) => (pictureKey === null ? null : loaders.image.load(pictureKey)),
  products: ({ id }, page, context) => productConnection(context, page, id),
}

export const CollectionFacetValue: CollectionFacetValueResolvers = {
  collection: async ({ collectionId }, _, { loaders, moment }) =>
    shownOn(moment.site, await loaders.collection.load(collectionId)),
}

import { toId, toUuid } from '../../kit/ids.ts'
import { reviewConnection } from '../review-lists.ts'
import type { ProductResolvers } from '../schema.generated.ts'

export const Product: ProductResolvers = {
  // Whether there is such a product is products' to say: any that could be one has ratings, if only zeros.
  __resolveReference(reference) {
    const id = toUuid('prod', reference.id)
    return id === null ? null : { id }
  },
  id: ({ id }) => toId('prod', id),
  rating: ({ id }, _, { loaders }) => loaders.rating.load(id),
  ratingDimensions: ({ id }, _, { loaders }) => loaders.dimensions.load(id),
  reviews: ({ id }, page, context) => reviewConnection(context, 'product', id, page),
}

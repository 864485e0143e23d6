import { toId } from '../../kit/ids.ts'
import { shownOn } from '../collections.ts'
import type { CallToActionResolvers, CarouselSlideResolvers, MenuItemResolvers } from '../schema.generated.ts'

export const MenuItem: MenuItemResolvers = {
  collection: async ({ collectionId }, _, { loaders, moment }) =>
    collectionId === null ? null : shownOn(moment.site, await loaders.collection.load(collectionId)),
}

export const CarouselSlide: CarouselSlideResolvers = {
  id: ({ id }) => toId('slide', id),
  image: ({ picture }) => picture,
}

export const CallToAction: CallToActionResolvers = {
  id: ({ id }) => toId('cta', id),
}

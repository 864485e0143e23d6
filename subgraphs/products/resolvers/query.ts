import { cacheControlFromInfo } from '@apollo/cache-control-types'
import type { GraphQLResolveInfo } from 'graphql'
import { graphqlError } from '../../../service/errors.ts'
import { requireRole } from '../../kit/caller.ts'
import { toUuid } from '../../kit/ids.ts'
import { collectionConnection, shownOn } from '../collections.ts'
import type { Context } from '../context.ts'
import { currentCallsToAction, currentSlides, findMenu } from '../merchandising.ts'
import { newArrivals, onSale, productConnection } from '../product-lists.ts'
import { type Moment, soldHere } from '../product-rows.ts'
import { searchProducts } from '../product-search.ts'
import type { QueryResolvers } from '../schema.generated.ts'
import { suggestSearches } from '../search-suggestions.ts'
import { loadLocations } from '../stock-rows.ts'

interface Lookup {
  id?: string | null | undefined
  slug?: string | null | undefined
}

/** @throws BAD_USER_INPUT when not exactly one of the two is given. */
function checkLookup(field: string, { id, slug }: Lookup): { id: string } | { slug: string } {
  if (id != null && slug == null) return { id }
  if (slug != null && id == null) return { slug }
  const given = id == null ? 'neither' : 'both'
  throw graphqlError(
    'BAD_USER_INPUT',
    `${field} takes either id or slug, exactly one of the two: it got ${given}.`,
  )
}

/**
 * The moment that is asked about: now, or for staff another one, of which nobody else may be given the answer.
 * @throws UNAUTHENTICATED or FORBIDDEN where anybody else asks for another one.
 */
function momentOf(
  { caller, moment }: Context,
  at: Date | null | undefined,
  info: GraphQLResolveInfo,
): Moment {
  if (at == null) return moment
  requireRole(caller, 'staff')
  cacheControlFromInfo(info).setCacheHint({ maxAge: 0 })
  return { ...moment, now: at }
}

export const Query: QueryResolvers = {
  async product(_, keys, { loaders }) {
    const by = checkLookup('product', keys)
    if ('slug' in by) return soldHere(await loaders.productBySlug.load(by.slug))
    const id = toUuid('prod', by.id)
    return id === null ? null : soldHere(await loaders.product.load(id))
  },

  products: (_, page, context) => productConnection(context, page),

  async collection(_, keys, { loaders, moment: { site } }) {
    const by = checkLookup('collection', keys)
    if ('slug' in by) return shownOn(site, await loaders.collectionBySlug.load(by.slug))
    const id = toUuid('coll', by.id)
    return id === null ? null : shownOn(site, await loaders.collection.load(id))
  },

  collections: (_, page, context) => collectionConnection(context, page),
  navigation: (_, { handle }, { prisma, moment }) => findMenu(prisma, moment.site, handle),
  carousel: (_, { placement, at }, context, info) =>
    currentSlides(context.prisma, momentOf(context, at, info), placement),
  callsToAction: (_, { placement, at }, context, info) =>
    currentCallsToAction(context.prisma, momentOf(context, at, info), placement),
  newArrivals: (_, { first }, context) => newArrivals(context, first),
  onSale: (_, { first }, context) => onSale(context, first),
  stockLocations(_, __, { caller, prisma }) {
    requireRole(caller, 'staff')
    return loadLocations(prisma)
  },
  search: (_, page, context) => searchProducts(context, page),
  searchSuggestions: (_, typed, context) => suggestSearches(context, typed),
}

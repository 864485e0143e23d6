import type DataLoader from 'dataloader'
import { z } from 'zod'
import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import { listForEach, oneForEach } from '../kit/batching.ts'
import { type Connection, checkFirst, decodeCursor, toConnection } from '../kit/paging.ts'
import type { Site } from '../kit/sites.ts'
import { isStorable } from '../kit/text.ts'
import type { BreadcrumbModel, CollectionModel } from './mappers.ts'

const collectionColumns = Prisma.sql`
  collection."id", collection."slug", collection."title", collection."description", collection."position",
  collection."parentId", collection."sites", collection."pictureKey", collection."version"`

/** By uuid, whether the site shows them or not. */
export async function loadCollections(
  prisma: PrismaClient,
  ids: readonly string[],
): Promise<(CollectionModel | null)[]> {
  const rows = await prisma.$queryRaw<CollectionModel[]>`
    SELECT ${collectionColumns} FROM "Collection" collection WHERE collection."id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

export async function loadCollectionsBySlug(
  prisma: PrismaClient,
  slugs: readonly string[],
): Promise<(CollectionModel | null)[]> {
  const rows = await prisma.$queryRaw<CollectionModel[]>`
    SELECT ${collectionColumns} FROM "Collection" collection
    WHERE collection."slug" = ANY(${slugs.filter(isStorable)}::text[])`
  return oneForEach(slugs, rows, ({ slug }) => slug)
}

/** What the site does not show is not there for lookups and lists. */
export const shownOn = (site: Site, collection: CollectionModel | null): CollectionModel | null =>
  collection?.sites.includes(site) ? collection : null

/** The way to a collection from the top, as far as the site shows it. Collections stand in two levels. */
export async function breadcrumbsTo(
  {
    loaders,
    moment: { site },
  }: {
    loaders: { collection: Pick<DataLoader<string, CollectionModel | null>, 'load'> }
    moment: { site: Site }
  },
  collection: CollectionModel,
): Promise<BreadcrumbModel[]> {
  const { parentId } = collection
  const parent = parentId === null ? null : shownOn(site, await loaders.collection.load(parentId))
  return [...(parent === null ? [] : [parent]), collection].map((step) => ({
    title: step.title,
    path: `/collections/${step.slug}`,
    collection: step,
  }))
}

/** The collections that the site shows below each one, by one statement for all of them. */
export async function loadChildren(
  prisma: PrismaClient,
  site: Site,
  parents: readonly string[],
): Promise<CollectionModel[][]> {
  const rows = await prisma.$queryRaw<CollectionModel[]>`
    SELECT child.* FROM unnest(${parents}::uuid[]) AS list ("parent")
    CROSS JOIN LATERAL (
      SELECT ${collectionColumns} FROM "Collection" collection
      WHERE collection."parentId" = list."parent" AND ${site} = ANY(collection."sites")
      ORDER BY collection."position", collection."id" LIMIT 50
    ) child
    ORDER BY child."position", child."id"`
  return listForEach(parents, rows, ({ parentId }) => parentId ?? '')
}

/** The collections that each product stands in and the site shows; a product has at most 10. */
export async function loadCollectionsOfProducts(
  prisma: PrismaClient,
  site: Site,
  products: readonly string[],
): Promise<CollectionModel[][]> {
  const rows = await prisma.$queryRaw<(CollectionModel & { productId: string })[]>`
    SELECT membership."productId", ${collectionColumns}
    FROM "ProductCollection" membership JOIN "Collection" collection ON collection."id" = membership."collectionId"
    WHERE membership."productId" = ANY(${products}::uuid[]) AND ${site} = ANY(collection."sites")
    ORDER BY membership."productId", membership."position"`
  return listForEach(products, rows, ({ productId }) => productId)
}

/** A collection at the top, then those below it, then the next one at the top. */
type PlacedCollection = CollectionModel & { topPosition: number; topId: string; level: number }

const whole = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)
const placeKey = z.tuple([z.literal('COLLECTION'), whole, z.uuid(), whole, whole, z.uuid()])

// The context imports this file, so this names what it takes of the context, and not the context.
interface Loading {
  prisma: PrismaClient
  moment: { site: Site }
  loaders: { collection: Pick<DataLoader<string, CollectionModel | null>, 'prime'> }
}

/**
 * A page of the collections that the site shows, in the order of its navigation.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function collectionConnection(
  { prisma, moment: { site }, loaders }: Loading,
  { first, after = null }: { first: number; after?: string | null | undefined },
): Promise<Connection<CollectionModel>> {
  checkFirst(first, 100)
  const place = decodeCursor(after, placeKey)
  const isAfter =
    place === null
      ? Prisma.sql`true`
      : Prisma.sql`("topPosition", "topId", "level", "position", "id")
          > (${place[1]}::int, ${place[2]}::uuid, ${place[3]}::int, ${place[4]}::int, ${place[5]}::uuid)`
  const rows = await prisma.$queryRaw<PlacedCollection[]>`
    SELECT * FROM (
      SELECT ${collectionColumns}, coalesce(top."position", collection."position") AS "topPosition",
             coalesce(top."id", collection."id") AS "topId", (top."id" IS NOT NULL)::int AS "level"
      FROM "Collection" collection LEFT JOIN "Collection" top ON top."id" = collection."parentId"
      WHERE ${site} = ANY(collection."sites")
    ) placed
    WHERE ${isAfter}
    ORDER BY "topPosition", "topId", "level", "position", "id" LIMIT ${first + 1}`
  for (const row of rows) loaders.collection.prime(row.id, row)
  return toConnection({
    rows,
    first,
    after,
    sortKey: ({ topPosition, topId, level, position, id }) => [
      'COLLECTION',
      topPosition,
      topId,
      level,
      position,
      id,
    ],
    toNode: (collection) => collection,
  })
}

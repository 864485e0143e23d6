import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import type { Site } from '../kit/sites.ts'
import { isStorable } from '../kit/text.ts'
import type { CallToActionModel, CarouselSlideModel, MenuItemModel, MenuModel } from './mappers.ts'
import type { Moment } from './product-rows.ts'

interface MenuItemRow {
  id: string
  parentId: string | null
  title: string
  path: string
  collectionId: string | null
}

/** A site's menu as a tree; null when the site has none by that handle. */
export async function findMenu(prisma: PrismaClient, site: Site, handle: string): Promise<MenuModel | null> {
  if (!isStorable(handle)) return null
  const rows = await prisma.$queryRaw<((MenuItemRow | { id: null }) & { version: number })[]>`
    SELECT menu."version", item."id", item."parentId", item."title", item."path", item."collectionId"
    FROM "Menu" menu LEFT JOIN "MenuItem" item ON item."site" = menu."site" AND item."handle" = menu."handle"
    WHERE menu."site" = ${site} AND menu."handle" = ${handle}
    ORDER BY item."position", item."id"`
  const [first] = rows
  if (first === undefined) return null

  const below = new Map<string | null, MenuItemRow[]>()
  for (const row of rows) {
    if (row.id === null) continue
    const siblings = below.get(row.parentId) ?? []
    siblings.push(row)
    below.set(row.parentId, siblings)
  }
  const itemsBelow = (parent: string | null): MenuItemModel[] =>
    (below.get(parent) ?? []).map(({ id, title, path, collectionId }) => ({
      title,
      path,
      collectionId,
      items: itemsBelow(id),
    }))
  return { handle, version: first.version, items: itemsBelow(null) }
}

const slideColumns = Prisma.sql`
  banner."id", banner."title", banner."subtitle", banner."path", banner."startsAt", banner."endsAt", banner."version",
  jsonb_build_object('key', picture."key", 'altText', picture."altText", 'width', picture."width",
                     'height', picture."height", 'placeholder', picture."placeholder") AS "picture"
  FROM "CarouselSlide" banner JOIN "Picture" picture ON picture."key" = banner."pictureKey"`

const callColumns = Prisma.sql`
  banner."id", banner."title", banner."body", banner."label", banner."path", banner."startsAt", banner."endsAt",
  banner."version"
  FROM "CallToAction" banner`

const isShown = ({ site, now }: Moment, placement: string) => Prisma.sql`
  banner."site" = ${site} AND banner."placement" = ${placement}
  AND banner."startsAt" <= ${now}::timestamptz AND coalesce(banner."endsAt" > ${now}::timestamptz, true)`

/** The slides that the site shows at a placement at that moment, in their order; at most 50. */
export async function currentSlides(
  prisma: PrismaClient,
  moment: Moment,
  placement: string,
): Promise<CarouselSlideModel[]> {
  if (!isStorable(placement)) return []
  return prisma.$queryRaw<CarouselSlideModel[]>`
    SELECT ${slideColumns} WHERE ${isShown(moment, placement)} ORDER BY banner."position", banner."id" LIMIT 50`
}

/** The calls to action that the site shows at a placement at that moment, in their order; at most 50. */
export async function currentCallsToAction(
  prisma: PrismaClient,
  moment: Moment,
  placement: string,
): Promise<CallToActionModel[]> {
  if (!isStorable(placement)) return []
  return prisma.$queryRaw<CallToActionModel[]>`
    SELECT ${callColumns} WHERE ${isShown(moment, placement)} ORDER BY banner."position", banner."id" LIMIT 50`
}

/** Slides by their uuid, shown now or not, in their order. */
export const loadSlides = (prisma: PrismaClient, ids: readonly string[]) =>
  prisma.$queryRaw<CarouselSlideModel[]>`
    SELECT ${slideColumns} WHERE banner."id" = ANY(${ids}::uuid[]) ORDER BY banner."position", banner."id"`

/** Calls to action by their uuid, shown now or not, in their order. */
export const loadCallsToAction = (prisma: PrismaClient, ids: readonly string[]) =>
  prisma.$queryRaw<CallToActionModel[]>`
    SELECT ${callColumns} WHERE banner."id" = ANY(${ids}::uuid[]) ORDER BY banner."position", banner."id"`

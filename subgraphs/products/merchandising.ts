import type { PrismaClient } from '../../prisma/products/generated/client.ts'
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
  const rows = await prisma.$queryRaw<(MenuItemRow | { id: null })[]>`
    SELECT item."id", item."parentId", item."title", item."path", item."collectionId"
    FROM "Menu" menu LEFT JOIN "MenuItem" item ON item."site" = menu."site" AND item."handle" = menu."handle"
    WHERE menu."site" = ${site} AND menu."handle" = ${handle}
    ORDER BY item."position", item."id"`
  if (rows.length === 0) return null

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
  return { handle, items: itemsBelow(null) }
}

/** The slides that the site shows now at a placement, in their order; at most 50. */
export async function currentSlides(
  prisma: PrismaClient,
  { site, now }: Moment,
  placement: string,
): Promise<CarouselSlideModel[]> {
  if (!isStorable(placement)) return []
  return prisma.$queryRaw<CarouselSlideModel[]>`
    SELECT slide."id", slide."title", slide."subtitle", slide."path",
           jsonb_build_object('key', picture."key", 'altText', picture."altText",
                              'width', picture."width", 'height', picture."height",
                              'placeholder', picture."placeholder") AS "picture"
    FROM "CarouselSlide" slide JOIN "Picture" picture ON picture."key" = slide."pictureKey"
    WHERE slide."site" = ${site} AND slide."placement" = ${placement}
      AND slide."startsAt" <= ${now}::timestamptz AND coalesce(slide."endsAt" > ${now}::timestamptz, true)
    ORDER BY slide."position", slide."id" LIMIT 50`
}

/** The calls to action that the site shows now at a placement, in their order; at most 50. */
export async function currentCallsToAction(
  prisma: PrismaClient,
  { site, now }: Moment,
  placement: string,
): Promise<CallToActionModel[]> {
  if (!isStorable(placement)) return []
  return prisma.$queryRaw<CallToActionModel[]>`
    SELECT call."id", call."title", call."body", call."label", call."path"
    FROM "CallToAction" call
    WHERE call."site" = ${site} AND call."placement" = ${placement}
      AND call."startsAt" <= ${now}::timestamptz AND coalesce(call."endsAt" > ${now}::timestamptz, true)
    ORDER BY call."position", call."id" LIMIT 50`
}

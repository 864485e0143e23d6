import type { Prisma } from '../../prisma/products/generated/client.ts'
import { newUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type { MenuModel } from './mappers.ts'
import { findMenu } from './merchandising.ts'
import type { MenuDeleteInput, MenuItemInput, MenuSetInput, ProductUserError } from './schema.generated.ts'
import {
  createReading,
  type Reading,
  type Refusal,
  stale,
  toUserErrors,
  writeAsStaff,
} from './staff-write.ts'

const maximumItems = 200
const maximumDepth = 3

interface ItemRow {
  id: string
  parentId: string | null
  position: number
  title: string | null
  path: string | null
  collectionId: string | null
  field: string[]
}

/** The tree in rows, each parent before those below it. */
function readItems(
  reading: Reading,
  items: readonly MenuItemInput[],
  parent: { id: string | null; field: string[]; depth: number },
): ItemRow[] {
  if (items.length > 0 && parent.depth === maximumDepth) {
    reading.refuse('TOO_DEEP', parent.field, `A menu takes at most ${maximumDepth} levels.`)
    return []
  }
  return items.flatMap(({ title, path, collectionId, items: below }, position) => {
    const field = [...parent.field, String(position)]
    const id = newUuid()
    const row = {
      ...{ id, parentId: parent.id, position, field },
      title: reading.line([...field, 'title'], title, 100),
      path: reading.path([...field, 'path'], path),
      collectionId: reading.id('coll', 'COLLECTION_NOT_FOUND', [...field, 'collectionId'], collectionId),
    }
    return [
      row,
      ...readItems(reading, below ?? [], { id, field: [...field, 'items'], depth: parent.depth + 1 }),
    ]
  })
}

async function unknownCollections(
  tx: Prisma.TransactionClient,
  rows: readonly ItemRow[],
): Promise<Refusal[]> {
  const ids = rows.flatMap(({ collectionId }) => collectionId ?? [])
  const known = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Collection" WHERE "id" = ANY(${ids}::uuid[]) FOR KEY SHARE`
  const there = new Set(known.map(({ id }) => id))
  return rows
    .filter(({ collectionId }) => collectionId !== null && !there.has(collectionId))
    .map(({ field }) => ({
      ...{ code: 'COLLECTION_NOT_FOUND', field: [...field, 'collectionId'] },
      message: 'There is no such collection.',
    }))
}

const noMenu: Refusal = { code: 'MENU_NOT_FOUND', field: 'handle', message: 'There is no such menu.' }

/** Whether the menu is at the version that was read; it is locked from then on. */
async function checkVersion(
  tx: Prisma.TransactionClient,
  { site, handle, version }: { site: string; handle: string; version: number | null },
): Promise<Refusal[]> {
  const [menu] = await tx.$queryRaw<{ version: number }[]>`
    SELECT "version" FROM "Menu" WHERE "site" = ${site} AND "handle" = ${handle} FOR UPDATE`
  if (menu === undefined) return version === null ? [] : [noMenu]
  return menu.version === version ? [] : [stale(menu.version)]
}

/** Makes a menu, or puts a new tree in the place of the one that is there. For staff. */
export async function setMenu(
  context: Context,
  input: MenuSetInput,
): Promise<{ menu: MenuModel | null; userErrors: ProductUserError[] }> {
  const { handle, version = null } = input
  const reading = createReading()
  const site = reading.site('site', input.site ?? context.caller.site)
  reading.slug('handle', handle)
  const rows = readItems(reading, input.items, { id: null, field: ['items'], depth: 0 })
  if (rows.length > maximumItems) {
    reading.refuse(
      'TOO_MANY',
      'items',
      `There are ${rows.length} items: a menu takes at most ${maximumItems}.`,
    )
  }
  const outcome = await writeAsStaff(context, {
    name: 'menuSet',
    input: { ...input, site },
    async write(tx) {
      if (site === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      // Two who make the same one take turns.
      await reading.claim(tx, `menu:${site}/${handle}`)
      const refusals = [
        ...(await checkVersion(tx, { site, handle, version })),
        ...(await unknownCollections(tx, rows)),
      ]
      if (refusals.length > 0) return { refusals }
      await tx.$executeRaw`
        INSERT INTO "Menu" AS menu ("site", "handle") VALUES (${site}, ${handle})
        ON CONFLICT ("site", "handle") DO UPDATE SET "version" = menu."version" + 1`
      await tx.$executeRaw`DELETE FROM "MenuItem" WHERE "site" = ${site} AND "handle" = ${handle}`
      await tx.$executeRaw`
        INSERT INTO "MenuItem" ("id", "site", "handle", "parentId", "position", "title", "path", "collectionId")
        SELECT "id", ${site}, ${handle}, "parentId", "position", "title", "path", "collectionId"
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS item ("id" uuid, "parentId" uuid, "position" int, "title" text, "path" text, "collectionId" uuid)`
      return { written: `${site}/${handle}` }
    },
  })
  if ('refusals' in outcome) return { menu: null, userErrors: toUserErrors(outcome.refusals) }
  return { menu: site && (await findMenu(context.prisma, site, handle)), userErrors: [] }
}

/** Takes a menu away. For staff. */
export async function deleteMenu(
  context: Context,
  input: MenuDeleteInput,
): Promise<{ deletedHandle: string | null; userErrors: ProductUserError[] }> {
  const { handle, version } = input
  const reading = createReading()
  const site = reading.site('site', input.site ?? context.caller.site)
  const outcome = await writeAsStaff(context, {
    name: 'menuDelete',
    input: { ...input, site },
    async write(tx) {
      reading.slug('handle', handle)
      if (site === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      const refusals = await checkVersion(tx, { site, handle, version })
      if (refusals.length > 0) return { refusals }
      await tx.$executeRaw`DELETE FROM "Menu" WHERE "site" = ${site} AND "handle" = ${handle}`
      return { written: handle }
    },
  })
  if ('refusals' in outcome) return { deletedHandle: null, userErrors: toUserErrors(outcome.refusals) }
  return { deletedHandle: outcome.written, userErrors: [] }
}

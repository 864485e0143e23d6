import { z } from 'zod'
import { Prisma } from '../../prisma/products/generated/client.ts'
import { cursorInstant, type ListOrder, placeAfter } from '../kit/paging.ts'
import { isStorable } from '../kit/text.ts'
import type { ProductModel } from './mappers.ts'
import type { ProductSort } from './schema.generated.ts'

/** Of `listing`, a row by its name in the statement. A key names its order, so that another order's cursor is refused. */
type Order<Key extends readonly unknown[]> = ListOrder<Prisma.Sql, ProductModel, Key>

const amount = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

const newest: Order<['NEWEST', string, string]> = {
  orderBy: Prisma.sql`listing."publishedAt" DESC, listing."productId" DESC`,
  sortKey: ({ publishedAt, id }) => ['NEWEST', publishedAt.toISOString(), id],
  key: z.tuple([z.literal('NEWEST'), cursorInstant, z.uuid()]),
  isAfter: ([, publishedAt, id]) =>
    Prisma.sql`(listing."publishedAt", listing."productId") < (${publishedAt}::timestamptz, ${id}::uuid)`,
}

const byTitle: Order<['TITLE', string, string]> = {
  orderBy: Prisma.sql`listing."titleOrder", listing."productId"`,
  sortKey: ({ titleOrder, id }) => ['TITLE', titleOrder, id],
  key: z.tuple([z.literal('TITLE'), z.string().refine(isStorable), z.uuid()]),
  isAfter: ([, title, id]) =>
    Prisma.sql`(listing."titleOrder", listing."productId") > (${title}::text, ${id}::uuid)`,
}

const cheapest: Order<['PRICE_ASC', number, string]> = {
  orderBy: Prisma.sql`listing."minimum", listing."productId"`,
  sortKey: ({ minimum, id }) => ['PRICE_ASC', minimum ?? 0, id],
  key: z.tuple([z.literal('PRICE_ASC'), amount, z.uuid()]),
  isAfter: ([, minimum, id]) =>
    Prisma.sql`(listing."minimum", listing."productId") > (${minimum}::int, ${id}::uuid)`,
}

const dearest: Order<['PRICE_DESC', number, string]> = {
  orderBy: Prisma.sql`listing."minimum" DESC, listing."productId" DESC`,
  sortKey: ({ minimum, id }) => ['PRICE_DESC', minimum ?? 0, id],
  key: z.tuple([z.literal('PRICE_DESC'), amount, z.uuid()]),
  isAfter: ([, minimum, id]) =>
    Prisma.sql`(listing."minimum", listing."productId") < (${minimum}::int, ${id}::uuid)`,
}

export const anywhere = Prisma.sql`true`

/** @throws BAD_USER_INPUT when `after` is not a cursor of this order. */
export function orderOf({ sort, after }: { sort: ProductSort; after: string | null }) {
  switch (sort) {
    case 'NEWEST':
      return placeAfter(newest, after, anywhere)
    case 'TITLE':
      return placeAfter(byTitle, after, anywhere)
    case 'PRICE_ASC':
      return placeAfter(cheapest, after, anywhere)
    case 'PRICE_DESC':
      return placeAfter(dearest, after, anywhere)
  }
}

import { z } from 'zod'
import { graphqlError } from '../../service/errors.ts'

/** A page of a list by keyset, as https://relay.dev/graphql/connections.htm has it, with `nodes` beside `edges`. */
export interface Connection<Node> {
  edges: { node: Node; cursor: string }[]
  nodes: Node[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
}

/** @throws BAD_USER_INPUT when `first` is not one of 1 to `maximum`. */
export function checkFirst(first: number, maximum: number): number {
  if (first >= 1 && first <= maximum) return first
  throw graphqlError('BAD_USER_INPUT', `first is ${first}: it takes 1 to ${maximum}.`)
}

/** A cursor holds the sort key of a row, so that the next page begins right after it whatever has changed. */
export const encodeCursor = (key: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

/** An instant in a cursor, as `toISOString` writes it: PostgreSQL has no year 0, and takes no fraction of any length. */
export const cursorInstant = z.iso.datetime({ precision: 3 }).refine((text) => !text.startsWith('0000'))

/**
 * The sort key in a cursor; null without a cursor.
 * @throws BAD_USER_INPUT when the cursor was not made for this list and order.
 */
export function decodeCursor<Key extends readonly unknown[]>(
  cursor: string | null | undefined,
  key: z.ZodType<Key>,
): Key | null {
  if (cursor == null) return null
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw graphqlError(
      'BAD_USER_INPUT',
      'after is not a cursor of this list: take one that it gave, in the same order.',
    )
  }
}

/** An order of a list: always complete, for what is unique stands last in it. `Sql` is that of the list's client. */
export interface ListOrder<Sql, Row, Key extends readonly unknown[]> {
  /** Each has an index. */
  orderBy: Sql
  sortKey: (row: Row) => Key
  /** The shape of `sortKey` in a cursor. */
  key: z.ZodType<Key>
  /** Whether a row comes after the one with that key. */
  isAfter: (key: Key) => Sql
}

/**
 * The order of a page, with the place after which it begins; `anywhere` is the condition that every row meets.
 * @throws BAD_USER_INPUT when `after` is not a cursor of this order.
 */
export function placeAfter<Sql, Row, Key extends readonly unknown[]>(
  { orderBy, sortKey, key, isAfter }: ListOrder<Sql, Row, Key>,
  after: string | null,
  anywhere: Sql,
) {
  const place = decodeCursor(after, key)
  return { orderBy, sortKey, isAfter: place === null ? anywhere : isAfter(place) }
}

interface ConnectionOptions<Row, Node> {
  /** The page's rows and, where there is a next page, one row of that. */
  rows: readonly Row[]
  /** How many were asked for. */
  first: number
  /** Whether the page was asked for after a cursor. */
  after: string | null | undefined
  /** The values that the list is sorted by, unique together. */
  sortKey: (row: Row) => readonly unknown[]
  toNode: (row: Row) => Node
}

/** Makes a page from `first + 1` rows that were asked for. */
export function toConnection<Row, Node>({
  rows,
  first,
  after,
  sortKey,
  toNode,
}: ConnectionOptions<Row, Node>): Connection<Node> {
  const edges = rows.slice(0, first).map((row) => ({ node: toNode(row), cursor: encodeCursor(sortKey(row)) }))
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

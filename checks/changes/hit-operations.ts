import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { StoredOperation } from '../operations/load-operations.ts'
import type { UsedOperation } from '../operations/read-usage.ts'
import { counted } from '../reports/text.ts'
import type { SchemaChange } from './change.ts'
import { type FieldOwners, usedElements } from './used-elements.ts'

/** Whom a change hits. */
export interface Hits {
  /** Names of operations, in order. */
  operations: readonly string[]
  /** Who has sent one of them, as `web-shop 1.4.0 (12 times, last seen 2026-11-20)`. */
  clients: readonly string[]
}

/** What an operation is known by. */
type Asked = Pick<UsedOperation, 'document'> & Partial<Pick<UsedOperation, 'fields'>>

interface Asking {
  /** The schema that the operations were written for. */
  schema: GraphQLSchema
  owners: FieldOwners
  stored: readonly StoredOperation[]
  usage: readonly UsedOperation[]
}

/** `Product.title`, `Product.reviews(first:)`, `Filter.size`, `Size.XL`: what the fields of an operation can decide. */
const isCoordinate = (element: string): boolean => /^\w+\.\w+(\(\w+:\))?$/.test(element)

/**
 * Tells whom changes hit. An operation that was really sent, and whose text nobody has, counts as hit by all that its
 * fields can't rule out: what is not known must not let a change through.
 */
export function createHits({ schema, owners, stored, usage }: Asking): (change: SchemaChange) => Hits {
  const known = new Map<DocumentNode, ReadonlySet<string>>()
  const usedBy = (document: DocumentNode): ReadonlySet<string> => {
    const before = known.get(document)
    if (before) return before
    const used = usedElements(document, schema, owners)
    known.set(document, used)
    return used
  }
  return ({ hits }) => {
    const isHit = ({ document, fields = null }: Asked): boolean => {
      if (document !== null) {
        const used = usedBy(document)
        return hits.some((element) => used.has(element))
      }
      return fields === null || hits.some((element) => !isCoordinate(element) || fields.has(element))
    }
    const senders = usage.filter(isHit)
    const names = [...stored.filter(isHit), ...senders].map(({ name }) => name)
    return {
      operations: [...new Set(names)].sort(),
      clients: clientsOf(senders),
    }
  }
}

function clientsOf(senders: readonly UsedOperation[]): string[] {
  const seen = new Map<string, { count: number; lastSeen: string }>()
  for (const { client, count, lastSeen } of senders) {
    const known = seen.get(client) ?? { count: 0, lastSeen }
    seen.set(client, {
      count: known.count + (count ?? 0),
      lastSeen: known.lastSeen < lastSeen ? lastSeen : known.lastSeen,
    })
  }
  return [...seen]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([client, { count, lastSeen }]) => `${client} (${timesWords(count)}last seen ${lastSeen})`)
}

const timesWords = (count: number): string => (count === 0 ? '' : `${counted(count, 'time')}, `)

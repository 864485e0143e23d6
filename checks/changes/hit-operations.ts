import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { StoredOperation } from '../operations/load-operations.ts'
import type { UsedOperation } from '../operations/read-usage.ts'
import type { SchemaChange } from './change.ts'
import { type FieldOwners, usedElements } from './used-elements.ts'

/** Whom a change hits. */
export interface Hits {
  /** Names of operations, in order. */
  operations: readonly string[]
  /** Who has sent one of them, as `web-shop 1.4.0 (last seen 2026-11-20)`. */
  clients: readonly string[]
}

interface Asking {
  /** The schema that the operations were written for. */
  schema: GraphQLSchema
  owners: FieldOwners
  stored: readonly StoredOperation[]
  usage: readonly UsedOperation[]
}

/**
 * Tells whom changes hit. An operation that was really sent, and whose text nobody has, counts as hit by everything:
 * what is not known must not let a change through.
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
    const isHit = (document: DocumentNode | null): boolean => {
      if (document === null) return true
      const used = usedBy(document)
      return hits.some((element) => used.has(element))
    }
    const senders = usage.filter(({ document }) => isHit(document))
    const names = [...stored.filter(({ document }) => isHit(document)), ...senders].map(({ name }) => name)
    return {
      operations: [...new Set(names)].sort(),
      clients: clientsOf(senders),
    }
  }
}

function clientsOf(senders: readonly UsedOperation[]): string[] {
  const lastSeen = new Map<string, string>()
  for (const { client, version, lastSeen: day } of senders) {
    const name = `${client} ${version}`
    const known = lastSeen.get(name)
    if (known === undefined || known < day) lastSeen.set(name, day)
  }
  return [...lastSeen].sort().map(([name, day]) => `${name} (last seen ${day})`)
}

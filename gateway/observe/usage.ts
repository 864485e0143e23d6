import type { OperationDefinitionNode } from 'graphql'
import { describeOperation, type SentOperation } from './describe-operation.ts'
import type { SeenClient, Usage, UsedOperation } from './usage-file.ts'

/** Who sends an operation, by what it says of itself. */
export interface Client {
  name: string | null
  version: string | null
}

export interface UsageLimits {
  /** Operations that are kept. */
  maxOperations: number
  /** Clients that are kept of each operation, by name and version. */
  maxClients: number
  /** Characters of all operations together, with their fields. */
  maxCharacters: number
}

interface UsageOptions extends UsageLimits {
  /** What was counted before. */
  known: Usage | null
  /** As `2026-11-25`. */
  today: () => string
}

export interface UsageRecorder {
  /** Counts an operation that is about to be executed. */
  count(sent: SentOperation, client: Client): void
  /** Whether anything was counted since it was last told. */
  isChanged(): boolean
  /** All that is known, as docs/usage.schema.json has it. */
  tell(): string
}

/** When something was last used, as a number that only grows. */
interface Used {
  usedAt: number
}

type CountedClient = SeenClient & Used

interface CountedOperation extends Used {
  hash: string
  /** What is known of it but for its clients, as JSON without the bracket at its end: it is written often. */
  text: string
  clients: Map<string, CountedClient>
  /** For operations with the same name, an order. */
  name: string
  /** False once it had to make room for another. */
  isKept: boolean
}

/** An operation's name may be as long as its sender likes. */
const maxNameLength = 200

/** An operation that is longer than this share of what all may have is told without its text, or its fields. */
const largestShare = 0.1

const later = (one: string | null, other: string) => (one === null || one < other ? other : one)

function leastRecent<Entry extends Used>(entries: Iterable<Entry>): Entry | null {
  let found: Entry | null = null
  for (const entry of entries) if (found === null || entry.usedAt < found.usedAt) found = entry
  return found
}

/**
 * Counts who sends which operation. What costs time is done once for each operation that Apollo Server keeps; a request
 * looks its operation and its client up, and counts.
 */
export function createUsage({ known, today, ...limits }: UsageOptions): UsageRecorder {
  const { maxOperations, maxClients, maxCharacters } = limits
  const operations = new Map<string, CountedOperation>()
  const byNode = new WeakMap<OperationDefinitionNode, CountedOperation>()
  const dropped = { operations: 0, clients: 0, lastSeen: null, ...known?.dropped }
  let characters = 0
  let clock = 0
  let isChanged = false
  // Asked for with each text that is told, and not for each request.
  let now = today()
  const since = known?.since ?? now

  function shorten({ clients: _, document, fields, ...entry }: UsedOperation): string {
    const isShort = (text: string) => text.length <= maxCharacters * largestShare
    const told = {
      ...entry,
      name: entry.name?.slice(0, maxNameLength) ?? null,
      document: document !== null && isShort(document) ? document : null,
      fields: fields !== null && isShort(fields.join()) ? fields : null,
    }
    return JSON.stringify(told).slice(0, -1)
  }

  function keep(operation: CountedOperation) {
    operation.isKept = true
    operations.set(operation.hash, operation)
    characters += operation.text.length
    while (operations.size > maxOperations || (characters > maxCharacters && operations.size > 1)) {
      const oldest = leastRecent(operations.values())
      if (oldest === null) return
      forget(oldest)
      dropped.operations += 1
      for (const { lastSeen } of oldest.clients.values()) dropped.lastSeen = later(dropped.lastSeen, lastSeen)
    }
  }

  function forget(operation: CountedOperation) {
    operation.isKept = false
    operations.delete(operation.hash)
    characters -= operation.text.length
  }

  function describe(sent: SentOperation): CountedOperation {
    const { fields, ...described } = describeOperation(sent)
    const { hash, name } = described
    const text = shorten({ ...described, fields: [...fields], clients: [] })
    const before = operations.get(hash)
    if (!before) return { hash, name: name ?? '', text, clients: new Map(), usedAt: clock, isKept: false }
    // Of another schema, it may use other fields under the same text.
    characters += text.length - before.text.length
    before.text = text
    return before
  }

  function find(sent: SentOperation): CountedOperation {
    const before = byNode.get(sent.operation)
    if (before?.isKept) return before
    const operation = before ? (operations.get(before.hash) ?? before) : describe(sent)
    byNode.set(sent.operation, operation)
    return operation
  }

  const keyOf = ({ name, version }: Client) => `${name ?? ''}\n${version ?? ''}`

  function addClient({ clients }: CountedOperation, client: CountedClient) {
    clients.set(keyOf(client), client)
    if (clients.size <= maxClients) return
    const oldest = leastRecent(clients.values())
    if (oldest === null) return
    clients.delete(keyOf(oldest))
    dropped.clients += 1
  }

  function restore({ operations: entries }: Usage) {
    const order = (entry: UsedOperation) => entry.clients.map(({ lastSeen }) => lastSeen).reduce(later, '')
    for (const entry of entries.toSorted((one, other) => (order(one) < order(other) ? -1 : 1))) {
      clock += 1
      const { hash, name } = entry
      const operation: CountedOperation = {
        ...{ hash, name: name ?? '', usedAt: clock, isKept: false },
        text: shorten(entry),
        clients: new Map(),
      }
      for (const client of entry.clients.toSorted((one, other) => (one.lastSeen < other.lastSeen ? -1 : 1)))
        addClient(operation, { ...client, usedAt: clock })
      keep(operation)
    }
  }
  if (known) restore(known)

  return {
    count(sent, client) {
      clock += 1
      isChanged = true
      const operation = find(sent)
      operation.usedAt = clock
      if (!operation.isKept) keep(operation)
      const seen = operation.clients.get(keyOf(client))
      if (!seen) {
        const { name, version } = client
        addClient(operation, { name, version, firstSeen: now, lastSeen: now, count: 1, usedAt: clock })
        return
      }
      seen.count += 1
      seen.lastSeen = now
      seen.usedAt = clock
    },
    isChanged: () => isChanged,
    tell() {
      isChanged = false
      now = today()
      const lines = [...operations.values()]
        .toSorted((one, other) => (`${one.name} ${one.hash}` < `${other.name} ${other.hash}` ? -1 : 1))
        .map(({ text, clients }) => `${text},"clients":${JSON.stringify(tellClients(clients))}}`)
      const head = JSON.stringify({ version: 1, since, updated: now, dropped }, null, 2).slice(0, -2)
      return `${head},\n  "operations": [\n${lines.join(',\n')}\n]}\n`
    },
  }
}

const tellClients = (clients: ReadonlyMap<string, CountedClient>): SeenClient[] =>
  [...clients]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { usedAt: _, ...client }]) => client)

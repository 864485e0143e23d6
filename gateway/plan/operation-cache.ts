import { LRUCache } from 'lru-cache'

interface OperationCacheOptions {
  /** Operations that are kept. */
  maxOperations?: number
  /** Characters of their documents, all together: what is derived of a document takes some fifty times its memory. */
  maxCharacters?: number
  /** How long an operation that could not be planned is refused without another try. */
  refusalMs?: number
}

export interface OperationCache<Operation> {
  /** The operation under a key, made once however many ask for it at the same moment. */
  get(key: string, text: string, make: () => Promise<Operation>): Operation | Promise<Operation>
  /** Those last used, the last one first, each with its key. */
  recent(count: number): { key: string; operation: Operation }[]
}

/** What is worked out of operations, for those last used. */
export function createOperationCache<Operation extends object>({
  maxOperations = 1000,
  maxCharacters = 2_000_000,
  refusalMs = 60_000,
}: OperationCacheOptions = {}): OperationCache<Operation> {
  const cache = new LRUCache<string, { made: Operation | null; making: Promise<Operation> }>({
    max: maxOperations,
    maxSize: maxCharacters,
    // One that is larger than all that is kept is not kept.
    maxEntrySize: maxCharacters,
  })

  return {
    get(key, text, make) {
      const known = cache.get(key)
      if (known) return known.made ?? known.making
      const making = make()
      const entry: { made: Operation | null; making: Promise<Operation> } = { made: null, making }
      const size = text.length + 1
      cache.set(key, entry, { size })
      making.then(
        (made) => {
          entry.made = made
        },
        () => {
          if (cache.peek(key) === entry) cache.set(key, entry, { size, ttl: refusalMs })
        },
      )
      return making
    },
    recent: (count) =>
      [...cache.entries()]
        .flatMap(([key, { made }]) => (made ? [{ key, operation: made }] : []))
        .slice(0, count),
  }
}

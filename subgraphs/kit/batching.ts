import DataLoader from 'dataloader'

// What a DataLoader asks of its batch function: a result for each key, in the order of the keys.

/** The row of each key; null where there is none. */
export function oneForEach<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  return keys.map((key) => byKey.get(key) ?? null)
}

/** The rows of each key, in the order in which they came. */
export function listForEach<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Row[][] {
  const byKey = new Map<string, Row[]>(keys.map((key) => [key, []]))
  for (const row of rows) byKey.get(keyOf(row))?.push(row)
  return keys.map((key) => byKey.get(key) ?? [])
}

/**
 * A loader for a field with arguments: what is asked with the same arguments is loaded at once, by one call
 * of `load`. Arguments are compared as JSON.
 */
export function loaderWithArguments<Arguments, Value>(
  load: (keys: readonly string[], args: Arguments) => Promise<Value[]>,
): (key: string, args: Arguments) => Promise<Value> {
  const loaders = new Map<string, DataLoader<string, Value>>()
  return (key, args) => {
    const name = JSON.stringify(args)
    const loader = loaders.get(name) ?? new DataLoader((keys) => load(keys, args))
    loaders.set(name, loader)
    return loader.load(key)
  }
}

/** For each label of `@override`, whether its fields have moved. */
export type Overrides = ReadonlyMap<string, boolean>

/** What was decided for one request, and the part of its operation's key that says so. */
export interface DecidedOverrides {
  overrides: Overrides
  key: string
}

/** https://www.apollographql.com/docs/graphos/schema-design/guides/migrate-fields */
const percentage = /^percent\((\d{1,3}(?:\.\d+)?)\)$/

/** In a hundred requests; none where nobody knows what a label asks for. */
const percentOf = (label: string): number => Number(percentage.exec(label)?.[1] ?? 0)

/** Decides for each request anew; undefined where there is nothing to decide. */
export function createOverrides(labels: readonly string[]): (() => DecidedOverrides) | undefined {
  if (labels.length === 0) return undefined
  const percents = labels.map((label): [string, number] => [label, percentOf(label)])
  return () => {
    const overrides = new Map(percents.map(([label, percent]) => [label, Math.random() * 100 < percent]))
    const key = [...overrides.values()].map((isMoved) => (isMoved ? '1' : '0')).join('')
    return { overrides, key }
  }
}

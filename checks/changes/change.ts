/**
 * `breaking`: an operation that was valid is refused or answered with another type, or a gateway that still runs the
 * base's supergraph asks a subgraph for what it no longer has. `dangerous`: everything stays valid, and somebody may
 * be surprised. `safe`: neither.
 */
export type Level = 'breaking' | 'dangerous' | 'safe'

/** One difference between the base and the change. */
export interface SchemaChange {
  level: Level
  /** In kebab case, as `field-removed`; docs/schema-checks.md has all of them. */
  kind: string
  /**
   * A coordinate (https://spec.graphql.org/draft/#sec-Schema-Coordinates), as `Product.rating`; or what has none of
   * its own, as `SearchResult | Product`, `Product implements Node` and `@stream on FIELD`.
   */
  element: string
  /** The subgraph that it is a change of, where clients see nothing of it; null for what clients see. */
  subgraph: string | null
  message: string
  mend: string | null
  /** What an operation has to use, any of it, to be hit: see used-elements.ts. */
  hits: readonly string[]
}

const order: readonly Level[] = ['breaking', 'dangerous', 'safe']

/** Worst first, then by element. */
export const byLevel = (one: SchemaChange, other: SchemaChange): number =>
  order.indexOf(one.level) - order.indexOf(other.level) || one.element.localeCompare(other.element)

/** `SearchResult` of `SearchResult | Product`. */
export const coordinateOf = ({ element }: Pick<SchemaChange, 'element'>): string =>
  element.split(' ')[0] ?? element

/** `Product` of `Product.rating(first:)`. */
export const typeOfCoordinate = (coordinate: string): string => coordinate.split('.')[0] ?? coordinate

/** What a change is called by who approves it: `field-removed Product.name`, `key-removed Product by sku in reviews`. */
export const nameOf = ({ kind, subgraph, element }: SchemaChange): string =>
  subgraph === null || subgraph === element ? `${kind} ${element}` : `${kind} ${element} in ${subgraph}`

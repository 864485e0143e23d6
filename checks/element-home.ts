import type { Subgraph } from '@apollo/federation-internals'
import { type Location, locationOf } from './finding.ts'

/** The first of the subgraphs whose file has an element, and where. */
export function homeOf(
  subgraphs: readonly Subgraph[],
  coordinate: string,
): { subgraph: string; location: Location } | undefined {
  for (const { name, schema } of subgraphs) {
    const location = locationOf(elementAt(schema, coordinate)?.sourceAST)
    if (location) return { subgraph: name, location }
  }
  return undefined
}

/** What is no coordinate, as `A implements B`, is nowhere: to look it up would throw. */
function elementAt(schema: Subgraph['schema'], coordinate: string) {
  const isCoordinate = /^\w+(\.\w+(\(\w+:\))?)?$/.test(coordinate)
  return isCoordinate ? schema.elementByCoordinate(coordinate) : undefined
}

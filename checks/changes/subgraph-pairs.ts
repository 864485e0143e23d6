import type { Subgraph } from '@apollo/federation-internals'
import { elementsOf, type SubgraphElement } from './subgraph-elements.ts'

/** The parts of a subgraph before and after; null where there was, or is, no such subgraph. */
export interface SubgraphPair {
  name: string
  before: Subgraph | null
  after: Subgraph | null
  elementsBefore: ReadonlyMap<string, SubgraphElement>
  elementsAfter: ReadonlyMap<string, SubgraphElement>
}

export function pairSubgraphs(before: readonly Subgraph[], after: readonly Subgraph[]): SubgraphPair[] {
  const names = new Set([...before, ...after].map(({ name }) => name))
  return [...names].map((name) => {
    const old = before.find((subgraph) => subgraph.name === name) ?? null
    const now = after.find((subgraph) => subgraph.name === name) ?? null
    return {
      name,
      before: old,
      after: now,
      elementsBefore: old ? elementsOf(old) : new Map(),
      elementsAfter: now ? elementsOf(now) : new Map(),
    }
  })
}

/** The coordinates at which a subgraph differs. */
export function differencesIn({ elementsBefore, elementsAfter }: SubgraphPair): Set<string> {
  const all = new Set([...elementsBefore.keys(), ...elementsAfter.keys()])
  return new Set(
    [...all].filter((each) => textOf(elementsBefore.get(each)) !== textOf(elementsAfter.get(each))),
  )
}

const textOf = (element: SubgraphElement | undefined): string =>
  element ? JSON.stringify([element.signature, element.isResolved, element.marks]) : ''

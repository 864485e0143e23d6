import type { Subgraph } from '@apollo/federation-internals'
import { elementsOf, type SubgraphElement } from './subgraph-elements.ts'

/** The parts of a subgraph before and after; null where there was, or is, no such subgraph. */
export interface SubgraphPair {
  name: string
  before: Subgraph | null
  after: Subgraph | null
  elementsBefore: ReadonlyMap<string, SubgraphElement>
  elementsAfter: ReadonlyMap<string, SubgraphElement>
  /** The coordinates at which it differs. */
  differences: ReadonlySet<string>
}

export function pairSubgraphs(before: readonly Subgraph[], after: readonly Subgraph[]): SubgraphPair[] {
  const names = new Set([...before, ...after].map(({ name }) => name))
  return [...names].map((name) => {
    const old = before.find((subgraph) => subgraph.name === name) ?? null
    const now = after.find((subgraph) => subgraph.name === name) ?? null
    const elementsBefore = old ? elementsOf(old) : new Map<string, SubgraphElement>()
    const elementsAfter = now ? elementsOf(now) : new Map<string, SubgraphElement>()
    const all = new Set([...elementsBefore.keys(), ...elementsAfter.keys()])
    const differences = [...all].filter(
      (each) => textOf(elementsBefore.get(each)) !== textOf(elementsAfter.get(each)),
    )
    return {
      name,
      before: old,
      after: now,
      elementsBefore,
      elementsAfter,
      differences: new Set(differences),
    }
  })
}

const textOf = (element: SubgraphElement | undefined): string =>
  element ? JSON.stringify([element.signature, element.isResolved, element.marks]) : ''

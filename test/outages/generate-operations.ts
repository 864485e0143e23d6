import fc from 'fast-check'
import { createOperations, type KnownArguments } from '../differential/random-operation.ts'
import { writeOperation } from '../differential/write-operation.ts'
import type { ProvedOperation, ProvingGround } from './proving-ground.ts'

/** A supergraph on which operations are made up. */
export interface GeneratingGround extends ProvingGround {
  knownArguments: KnownArguments
  /** Whether mutations may be sent as often as one likes. */
  hasMutations: boolean
  /** A field that answers otherwise the more often it is asked, as one that counts tries does: it is left out. */
  countingField?: RegExp
  /** How deep its operations go. */
  maxDepth: number
  /** Sent with every operation. */
  headers?: Record<string, string>
}

/** A small schema has only so many operations: after so many rounds without a new one there are no more. */
const maxBarrenRounds = 5

/** Operations that are valid and all different, the same for the same seed, for as long as there are any. */
export function* generateOperations(ground: GeneratingGround, seed: number): Generator<ProvedOperation> {
  const { schema, maxDepth, knownArguments, hasMutations, countingField, headers } = ground
  const trees = createOperations(schema, maxDepth, knownArguments)
  const known = new Set<string>()
  let barren = 0
  for (let round = 0; barren < maxBarrenRounds; round++) {
    barren += 1
    const numRuns = 50
    for (const [index, tree] of fc.sample(trees, { seed: seed + round, numRuns }).entries()) {
      if (tree.kind === 'mutation' && !hasMutations) continue
      const written = writeOperation(schema, tree)
      if (!written) continue
      const { query, variables, operationName } = written.request
      if (countingField?.test(query)) continue
      const text = JSON.stringify([query, variables])
      if (known.has(text)) continue
      known.add(text)
      barren = 0
      yield {
        name: `${seed + round}.${index}`,
        query,
        document: written.document,
        variables,
        ...(operationName !== undefined && { operationName }),
        ...(headers && { headers }),
      }
    }
  }
}

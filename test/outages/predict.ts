import type { GraphQLSchema } from 'graphql'
import type { Answer, Prediction } from './broken-promises.ts'
import { createExpectation } from './expected-loss.ts'
import { createSuppliers } from './field-suppliers.ts'
import type { ProvedOperation } from './proving-ground.ts'

/** Tells what an outage costs an operation, by the supergraph and what the operation has on a good day. */
export function createPredict(supergraph: { schema: GraphQLSchema; supergraphSdl: string }) {
  const suppliersIn = createSuppliers(supergraph)
  const expectAnswer = createExpectation(supergraph)
  return (
    { query, document, operationName }: ProvedOperation,
    good: Answer,
    failed: ReadonlySet<string>,
  ): Prediction => {
    const isOf = suppliersIn(document, operationName)
    const { lost, unknown } = expectAnswer(query, JSON.parse(good.text).data, failed)
    return { lost, nowhere: unknown, isTheirs: (path) => isOf(failed, path) }
  }
}

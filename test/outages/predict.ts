import { type GraphQLSchema, getOperationAST, getVariableValues } from 'graphql'
import { positionsOf } from '../../checks/radius/lost-positions.ts'
import { createRadius } from '../../checks/radius/predict-loss.ts'
import type { Prediction } from './broken-promises.ts'
import { createSuppliers } from './field-suppliers.ts'
import type { GoodDay, ProvedOperation } from './proving-ground.ts'

/** Tells what an outage costs an operation, by the supergraph and what the operation has on a good day. */
export function createPredict(supergraph: { schema: GraphQLSchema; supergraphSdl: string }) {
  const { schema } = supergraph
  const suppliersIn = createSuppliers(supergraph)
  const radius = createRadius(supergraph.supergraphSdl)
  return (
    { document, operationName, variables }: ProvedOperation,
    { typed }: GoodDay,
    failed: ReadonlySet<string>,
  ): Prediction => {
    const { isOf, isAnything } = suppliersIn(document, operationName)
    const losses = radius.predictLoss({ document, failed, ...(operationName && { operationName }) })
    const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? []
    const { coerced = {} } = getVariableValues(schema, definitions, variables)
    return {
      ...positionsOf(losses, { data: typed, variables: coerced }),
      isTheirs: (path) => isOf(failed, path),
      isAnything,
    }
  }
}

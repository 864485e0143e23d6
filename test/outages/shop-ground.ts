import { readFileSync } from 'node:fs'
import { Supergraph } from '@apollo/federation-internals'
import { loadOperations } from '../../checks/operations/load-operations.ts'
import { startShop } from '../set-up/shop.ts'
import { createPredict } from './predict.ts'
import { type ProvedOperation, type ProvingGround, proofSettings } from './proving-ground.ts'

/** The whole shop, with the operations that its web shop sends. */
export async function openShop(): Promise<ProvingGround & { stored: ProvedOperation[] }> {
  const shop = await startShop(proofSettings)
  const ada = await shop.token('ada')
  const supergraphSdl = readFileSync('supergraph.graphql', 'utf8')
  const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()
  return {
    name: 'shop',
    schema,
    supergraphSdl,
    standIns: new Map(Object.entries(shop.standIns)),
    url: shop.url,
    deadlineMs: Number(proofSettings.OPERATION_DEADLINE_MS),
    predict: createPredict({ schema, supergraphSdl }),
    stored: loadOperations('storefront/operations').map(({ name, document, text, variables, caller }) => ({
      name,
      document,
      query: text,
      variables,
      ...(caller === 'customer' && { headers: { authorization: `Bearer ${ada}` } }),
    })),
    stop: shop.stop,
  }
}

import { PrismaClient } from '../../prisma/cart/generated/client.ts'
import { openDatabase } from '../kit/database/open.ts'
import { newUuid, toId } from '../kit/ids.ts'
import { applyCatalogueChanges } from './catalogue.ts'
import type { SitePrice } from './price.ts'

/** A variant of a test's catalogue: sold at 20.00 on both sites unless it says otherwise. */
export interface TestVariant {
  title?: string
  variantTitle?: string | null
  availability?: 'IN_STOCK' | 'LOW_STOCK' | 'SOLD_OUT'
  prices?: Record<string, SitePrice>
  weightGrams?: number | null
  collectionIds?: string[]
}

export const payloadOf = (
  {
    title = 'Jug',
    variantTitle = 'M / Sage',
    availability = 'IN_STOCK',
    prices = { main: { amount: 2000 }, outlet: { amount: 2200 } },
    weightGrams = 400,
    collectionIds = [],
  }: TestVariant,
  productId: string,
) => ({
  ...{ productId, sku: 'SKU-1', title, variantTitle, imageKey: 'jug-1', availability, prices },
  ...{ weightGrams, collectionIds },
})

/** Cart's copy of the catalogue in a test's database, written as products' feed would. */
export function openCatalogue(databaseUrl: string) {
  const { client: prisma, close } = openDatabase({
    url: databaseUrl,
    createClient: (adapter) => new PrismaClient({ adapter }),
  })
  let sequence = 0n

  const tell = (kind: string, entityId: string, payload: unknown) => {
    sequence += 1n
    const change = { sequence, kind, entityId, payload, at: new Date() }
    return prisma.$transaction((tx) => applyCatalogueChanges(tx, [change]))
  }

  return {
    prisma,
    close,
    /** Adds a variant of a product of its own. */
    async add(variant: TestVariant = {}) {
      const uuid = newUuid()
      const productUuid = newUuid()
      await tell('variant.updated', uuid, payloadOf(variant, productUuid))
      return {
        uuid,
        id: toId('var', uuid),
        productUuid,
        productId: toId('prod', productUuid),
        change: (changed: TestVariant) => tell('variant.updated', uuid, payloadOf(changed, productUuid)),
        remove: () => tell('variant.removed', uuid, {}),
      }
    },
  }
}

import { toId } from '../../kit/ids.ts'
import type {
  StockLocationResolvers,
  StockMovementResolvers,
  StoreAvailabilityResolvers,
  VariantStockResolvers,
} from '../schema.generated.ts'
import { movementConnection } from '../stock-rows.ts'

export const StoreAvailability: StoreAvailabilityResolvers = {
  store: ({ locationId, name }) => ({ id: toId('loc', locationId), name }),
  pickUpNote: ({ pickUpTime }) => pickUpTime,
}

export const StockLocation: StockLocationResolvers = {
  id: ({ id }) => toId('loc', id),
  pickUpNote: ({ pickUpTime }) => pickUpTime,
}

export const VariantStock: VariantStockResolvers = {
  movements: ({ variantId }, page, { prisma }) => movementConnection(prisma, variantId, page),
}

export const StockMovement: StockMovementResolvers = {
  id: ({ sequence }) => sequence,
  movedAt: ({ at }) => at,
}
